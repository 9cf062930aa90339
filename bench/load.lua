-- wrk's requests. Arguments: what goes before each path, Host, path, kind (one, mix, unique), a seed.
local few = {}
local browser = {
  ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  ["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  ["Accept-Encoding"] = "gzip, deflate, br, zstd",
  ["Accept-Language"] = "en-GB,en;q=0.9",
  ["Sec-Fetch-Mode"] = "navigate",
  ["Cookie"] = "session=4f1c2a9e77d04b0c; lang=en",
}

function init(args)
  base, host, path, kind = args[1], args[2], args[3], args[4]
  few["Host"], browser["Host"] = host, host
  seed, turn, texts = args[5], 0, {}
  if kind == "mix" then
    -- Zipf with exponent 1 over 1,000 paths: 16,384 draws made beforehand, the same in every run.
    math.randomseed(7)
    local sums, sum = {}, 0
    for n = 1, 1000 do sum = sum + 1 / n; sums[n] = sum end
    for i = 0, 16383 do
      local draw, low, high = math.random() * sum, 1, 1000
      while low < high do
        local middle = math.floor((low + high) / 2)
        if sums[middle] < draw then low = middle + 1 else high = middle end
      end
      texts[i] = wrk.format("GET", base .. path .. "-" .. low, math.random() < 0.5 and few or browser)
    end
    count = 16384
  else
    texts[0], count = wrk.format("GET", base .. path, few), 1
  end
end

function request()
  turn = turn + 1
  if kind == "unique" then return wrk.format("GET", base .. path .. "-" .. seed .. "-" .. turn, few) end
  return texts[turn % count]
end
