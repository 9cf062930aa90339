-- wrk as a client of a forward proxy: the request target is the whole URL given after --; with a count behind it, so many URLs in turn.
function init(args)
  wrk.headers["Host"] = args[1]:match("^https?://([^/]+)")
  texts = {}
  count = tonumber(args[2] or 1)
  for n = 0, count - 1 do
    texts[n] = wrk.format("GET", count > 1 and args[1] .. n or args[1])
  end
  turn = 0
end
function request()
  turn = (turn + 1) % count
  return texts[turn]
end
