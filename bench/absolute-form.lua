-- wrk as a client of a forward proxy: the request target is the whole URL given after --.
function init(args)
  wrk.path = args[1]
  wrk.headers["Host"] = args[1]:match("^https?://([^/]+)")
  request_text = wrk.format("GET", args[1])
end
function request()
  return request_text
end
