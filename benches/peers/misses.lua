-- Each request has a token of its own, so that no result is cached for it.
local count = 0

function init(arguments)
  run = arguments[1]
end

function request()
  count = count + 1
  return wrk.format("GET", nil, { ["Authorization"] = "Bearer " .. run .. "-" .. count })
end
