/**
 * Command lines as browsers copy them, Postman writes them and documents show them. ORIGIN stands for where they go, FILES
 * for a folder with `note.txt`, `data.json` and `photo.png`.
 */
const raw = String.raw;

export const CURL_LINES: readonly string[] = [
  // Chrome, "Copy as cURL (bash)"
  raw`curl 'ORIGIN/api/items?page=2&sort=-date' \
  -H 'accept: application/json, text/plain, */*' \
  -H 'accept-language: en-US,en;q=0.9,ru;q=0.8' \
  -H 'cache-control: no-cache' \
  -b '_ga=GA1.1.111; session=s%3Aabc.def' \
  -H 'pragma: no-cache' \
  -H 'priority: u=1, i' \
  -H 'referer: https://shop.example/items' \
  -H 'sec-ch-ua: "Chromium";v="131", "Not_A Brand";v="24"' \
  -H 'sec-ch-ua-mobile: ?0' \
  -H 'sec-ch-ua-platform: "Linux"' \
  -H 'sec-fetch-dest: empty' \
  -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'`,
  raw`curl 'ORIGIN/graphql' \
  -X 'POST' \
  -H 'accept: */*' \
  -H 'content-type: application/json' \
  -H 'origin: https://shop.example' \
  --data-raw $'{"query":"query Q($id: ID\u0021) {\\n  item(id: $id) {\\n    name\\n  }\\n}","variables":{"id":"it\'s 1"}}'`,
  raw`curl 'ORIGIN/upload' \
  -H 'content-type: multipart/form-data; boundary=----WebKitFormBoundaryAbC123' \
  --data-raw $'------WebKitFormBoundaryAbC123\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n------WebKitFormBoundaryAbC123--\r\n' \
  --compressed`,
  raw`curl 'ORIGIN/login' -H 'content-type: application/x-www-form-urlencoded' --data-raw 'user=jane%40example.org&password=p%26w%2Bd' --insecure`,
  raw`curl 'ORIGIN/emoji' -H 'content-type: text/plain;charset=UTF-8' --data-raw $'caf\u00e9 \ud83d\ude00'`.replace(
    raw`\ud83d\ude00`,
    raw`\U0001f600`,
  ),
  raw`curl 'ORIGIN/video' -H 'range: bytes=0-1023' -H 'accept-encoding: identity;q=1, *;q=0'`,
  // Firefox, "Copy as cURL (POSIX)"
  raw`curl 'ORIGIN/page' --compressed -H 'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0' -H 'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' -H 'Accept-Language: en-US,en;q=0.5' -H 'Accept-Encoding: gzip, deflate, br, zstd' -H 'DNT: 1' -H 'Connection: keep-alive' -H 'Upgrade-Insecure-Requests: 1' -H 'Cookie: a=1; b=2'`,
  raw`curl 'ORIGIN/api' --compressed -X POST -H 'User-Agent: Mozilla/5.0 Firefox/133.0' -H 'Accept: */*' -H 'Content-Type: application/json' -H 'Origin: https://shop.example' --data-raw '{"a":"b \" c","n":1}'`,
  raw`curl 'ORIGIN/api/7' -X DELETE -H 'User-Agent: Mozilla/5.0 Firefox/133.0'`,
  raw`curl 'ORIGIN/api/7' -X OPTIONS -H 'Access-Control-Request-Method: PUT' -H 'Origin: https://shop.example'`,
  // Postman
  raw`curl --location 'ORIGIN/post' \
--header 'Content-Type: application/json' \
--header 'Authorization: Bearer eyJhbGciOi.J9.x-y_z' \
--data '{
    "name": "O'\''Brien",
    "list": [1, 2]
}'`,
  raw`curl --location --request PUT 'ORIGIN/put' --header 'X-Empty;' --header 'Content-Type: text/plain' --data 'plain text'`,
  raw`curl --location 'ORIGIN/form' --form 'name="John Doe"' --form 'note=@"FILES/note.txt"' --form 'count="3"'`,
  raw`curl --location 'ORIGIN/urlencoded' --header 'Content-Type: application/x-www-form-urlencoded' --data-urlencode 'q=a b&c' --data-urlencode 'name=Zoë' --data-urlencode 'plus=1+1'`,
  raw`curl --location --request PATCH 'ORIGIN/items/1' --header 'If-Match: "abc"' --header 'Content-Type: application/merge-patch+json' --data '{"a":null}'`,
  // Documents
  raw`curl ORIGIN/plain`,
  raw`curl -sS -o /dev/null "ORIGIN/quoted path?a=1" `.replace('quoted path', 'quoted%20path'),
  raw`curl -I ORIGIN/head`,
  raw`curl -u 'user:pa:ss wörd' ORIGIN/basic`,
  raw`curl -XPOST -d a=1 -d'b=2' -d "c=3" ORIGIN/joined`,
  raw`curl -G ORIGIN/search -d 'q=one' --data-urlencode 'lang=c++ & d' -d limit=5`,
  raw`curl -G "ORIGIN/search?x=0" --data-urlencode "only content"`,
  raw`curl --json '{"tool": "curl"}' ORIGIN/json`,
  raw`curl --json '{"a":1,' --json '"b":2}' ORIGIN/json -H 'Accept: application/vnd.api+json'`,
  raw`curl -F "photo=@FILES/photo.png;type=image/png" -F 'meta=<FILES/data.json;type=application/json' -F 'tag=a;b' ORIGIN/files`,
  raw`curl -F 'file=@FILES/data.json;filename="my \"data\".json"' ORIGIN/files`,
  raw`curl --form-string 'raw=@not;a=file' ORIGIN/files`,
  raw`curl --data-binary @FILES/photo.png -H 'Content-Type: image/png' ORIGIN/binary`,
  raw`curl -T FILES/note.txt ORIGIN/folder/`,
  raw`curl -b 'a=1' -b 'b=2' -e https://ref.example/ -A 'tool/1.0' ORIGIN/cookies`,
  raw`curl -H 'Accept:' -H 'User-Agent:' -H 'X-Tab:	tabbed	' ORIGIN/removed`,
  raw`curl -r 100-199 --http1.1 ORIGIN/part # the second hundred`,
  raw`curl --compressed -g 'ORIGIN/brackets?ids[]=1&ids[]=2'`,
  raw`curl -X POST ORIGIN/empty -d ''`,
  raw`curl --url ORIGIN/by-option --oauth2-bearer abc.def`,
  raw`curl http://user:p%40ss@HOST/inside`,
  raw`curl $'ORIGIN/bytes' -d $'tab\there\x21 \101 caf\xc3\xa9 \\ done'`,
  raw`curl "ORIGIN/double" -H "X-Quote: say \"hi\" \$5 \\ back" -H 'X-Utf8: é€'`,
  raw`curl ORIGIN/dots/a/../b/./c?x=../y#part`,
  raw`curl -d 'a=1' --url-query 'z=last one' 'ORIGIN/both?first=1'`,
];

/** As Windows copies them, and the line for a POSIX shell that says the same. */
export const WINDOWS_LINES: readonly (readonly [windows: string, posix: string])[] = [
  [
    raw`curl ^"http://a.test/api?x=1^&y=2^" ^
  -H ^"accept: */*^" ^
  -H ^"sec-ch-ua: ^\^"Chromium^\^";v=^\^"131^\^"^" ^
  --data-raw ^"^{^\^"a^\^":^\^"100^%^\^"^}^"`,
    raw`curl 'http://a.test/api?x=1&y=2' -H 'accept: */*' -H 'sec-ch-ua: "Chromium";v="131"' --data-raw '{"a":"100%"}'`,
  ],
  [
    `curl "http://a.test/old" ^\r\n  -H "accept: */*" ^\r\n  --data-raw "{""a"":1}"`,
    raw`curl 'http://a.test/old' -H 'accept: */*' --data-raw '{"a":1}'`,
  ],
  [
    'curl.exe "http://a.test/ps" `\r\n  -H "X-Say: `"hi`"" `\r\n  --data-raw \'{"it\'\'s":1}\'',
    raw`curl 'http://a.test/ps' -H 'X-Say: "hi"' --data-raw "{\"it's\":1}"`,
  ],
];
