"""Draws dashboard.json as a picture, with what a Prometheus server has scraped in the last minutes.

    python3 picture.py http://127.0.0.1:9090 5 > ../../docs/pictures/dashboard.svg

It asks Prometheus each panel's own queries. The picture is drawn here and is no screenshot: Grafana draws finer.
"""

import json
import sys
import time
from html import escape
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

UNIT, GAP, LINE = 50, 8, 36  # a column's width, the space between panels, a row's height
WIDTH = 24 * UNIT + 2 * GAP
PALETTE = ["#73bf69", "#f2cc0c", "#5794f2", "#ff9830", "#f2495c", "#b877d9", "#8ab8ff"]
NAMED = {"green": "#73bf69", "red": "#f2495c", "orange": "#ff9830", "blue": "#5794f2", "purple": "#b877d9",
         "light-blue": "#8ab8ff", "yellow": "#f2cc0c", "text": "#ccccdc"}
BACKGROUND, PANEL, EDGE, TEXT, FAINT, GRID = "#111217", "#181b1f", "#2a2d33", "#ccccdc", "#8e919b", "#26292e"


def ask(server, path, **arguments):
    with urlopen(f"{server}/api/v1/{path}?{urlencode(arguments)}") as response:
        return json.load(response)["data"]["result"]


def query(expression):
    for variable, value in [("$__rate_interval", "20s"), ("$authorizer", ".*"), ("$cache", ".*")]:
        expression = expression.replace(variable, value)
    return expression


def label(legend, labels, expression):
    for name, value in labels.items():
        legend = legend.replace("{{" + name + "}}", value)
    return legend or expression


def number(value, unit):
    """A value as Grafana writes it, with three digits at most."""
    if unit == "percentunit":
        return f"{value * 100:.3g} %"
    if unit == "s":
        return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s"
    if unit == "bytes":
        return f"{value / 1024:.3g} KiB" if value < 1024 ** 2 else f"{value / 1024 ** 2:.3g} MiB"
    suffix = {"reqps": " req/s", "ops": " /s"}.get(unit, "")
    return f"{value:.3g}{suffix}" if value < 1000 else f"{value:.0f}{suffix}"


def scale(top):
    """The upper end of an axis and the distance of its lines: 1, 2 or 5 times a power of ten."""
    step = 1e-6
    while top / step > 4:
        step *= 2 if not f"{step:e}".startswith("2") else 2.5
    return max(step, -(-top // step) * step), step


class Panel:
    def __init__(self, panel):
        place = panel["gridPos"]
        self.x, self.y = GAP + place["x"] * UNIT, 54 + place["y"] * LINE
        self.w, self.h = place["w"] * UNIT - GAP, place["h"] * LINE - GAP
        self.panel, self.defaults = panel, panel.get("fieldConfig", {}).get("defaults", {})
        self.unit = self.defaults.get("unit", "short")

    def text(self, x, y, content, size=12, fill=TEXT, anchor="start", weight="normal"):
        return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}" '
                f'font-weight="{weight}">{escape(content)}</text>')

    def frame(self):
        return [f'<rect x="{self.x}" y="{self.y}" width="{self.w}" height="{self.h}" rx="3" fill="{PANEL}" stroke="{EDGE}"/>',
                self.text(self.x + 10, self.y + 19, self.panel["title"], 12.5, weight="600")]

    def row(self):
        return [self.text(self.x + 2, self.y + 19, "▾ " + self.panel["title"], 14, weight="600")]

    def stat(self, server, now):
        expression = query(self.panel["targets"][0]["expr"])
        values = [float(value) for _, value in ask(server, "query_range", query=expression, start=now - 300, end=now,
                                                   step=5)[0]["values"]]
        colour = "green"
        for step in self.defaults["thresholds"]["steps"]:
            if step["value"] is None or values[-1] >= step["value"]:
                colour = step["color"]
        colour, top = NAMED[colour], max(max(values), 1e-9)
        x = lambda at: self.x + 1 + at * (self.w - 2) / (len(values) - 1)
        y = lambda value: self.y + self.h - 1 - value / top * self.h * 0.3
        line = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in enumerate(values))
        area = f"{x(0):.1f},{self.y + self.h - 1} {line} {x(len(values) - 1):.1f},{self.y + self.h - 1}"
        return self.frame() + [
            f'<polygon points="{area}" fill="{colour}" opacity="0.18"/>',
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.2" opacity="0.7"/>',
            self.text(self.x + self.w / 2, self.y + self.h / 2 + 16, number(values[-1], self.unit), 32, colour, "middle", "600"),
        ]

    def timeseries(self, server, start, end):
        custom = {name: panel["properties"][0]["value"]["fixedColor"] for panel in self.panel["fieldConfig"]["overrides"]
                  for name in [panel["matcher"]["options"]]}
        series = []
        for target in self.panel["targets"]:
            found = ask(server, "query_range", query=query(target["expr"]), start=start, end=end, step=2)
            for one in sorted(found, key=lambda one: sorted(one["metric"].items())):
                name = label(target["legendFormat"], one["metric"], "")
                points = {float(at): float(value) for at, value in one["values"] if value != "NaN"}
                if any(points.values()):
                    series.append((name, points))
        colours, free = [], iter(PALETTE * 3)
        for name, _ in series:
            colours.append(NAMED[custom[name]] if name in custom else next(free))
        stacks, times = "stacking" in self.defaults.get("custom", {}), [start + 2 * at for at in range(int((end - start) / 2) + 1)]
        below, bands = {at: 0.0 for at in times}, []
        for _, points in series:
            upper = {at: below[at] + points.get(at, 0.0) for at in times} if stacks else points
            bands.append((dict(below), upper))
            below = upper if stacks else below
        highest = max((value for _, upper in bands for value in upper.values()), default=1)
        base = 1024 if self.unit == "bytes" else 1
        top, step = (base * one for one in scale((highest * 1.05 or 1) / base))
        if self.defaults.get("max") == 1:
            top, step = 1, 0.25
        left, right, upper_edge, lower_edge = self.x + 66, self.x + self.w - 12, self.y + 34, self.y + self.h - 58
        x = lambda at: left + (at - start) / (end - start) * (right - left)
        y = lambda value: lower_edge - value / top * (lower_edge - upper_edge)
        drawn = self.frame()
        at = 0.0
        while at <= top * 1.001:
            drawn.append(f'<line x1="{left}" x2="{right}" y1="{y(at):.1f}" y2="{y(at):.1f}" stroke="{GRID}"/>')
            drawn.append(self.text(left - 6, y(at) + 4, number(at, self.unit), 10.5, FAINT, "end"))
            at += step
        for minute in range(int(-(-start // 60)), int(end // 60) + 1, 1 if self.w > 250 else 2):
            clock = time.strftime("%H:%M", time.gmtime(minute * 60))
            drawn.append(self.text(x(minute * 60), lower_edge + 16, clock, 10.5, FAINT, "middle"))
        for (name, _), (lower, upper), colour in zip(series, bands, colours):
            path = [(at, upper[at]) for at in times if at in upper]
            points = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in path)
            if stacks:
                back = " ".join(f"{x(at):.1f},{y(lower[at]):.1f}" for at, _ in reversed(path))
                drawn.append(f'<polygon points="{points} {back}" fill="{colour}" opacity="0.55"/>')
            drawn.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{1 if stacks else 1.6}"/>')
        return drawn + self.legend([name for name, _ in series], colours)

    def legend(self, names, colours):
        drawn, x, y = [], self.x + 12, self.y + self.h - 12
        size = 10.5
        wide = lambda name: 22 + size * sum(0.68 if letter.isupper() else 0.58 for letter in name)
        needed = sum(map(wide, names))
        if needed > self.w - 20:
            y -= 10
        for name, colour in zip(names, colours):
            width = wide(name)
            if x + width > self.x + self.w - 4:
                x, y = self.x + 12, y + 14
            drawn.append(f'<rect x="{x:.1f}" y="{y - 5}" width="11" height="3.5" rx="1.5" fill="{colour}"/>')
            drawn.append(self.text(x + 15, y, name, size, FAINT))
            x += width
        return drawn


def main():
    server, minutes = sys.argv[1], int(sys.argv[2])
    dashboard = json.loads((Path(__file__).parent / "dashboard.json").read_text())
    end = int(time.time()) // 2 * 2
    start = end - minutes * 60
    drawn, bottom = [], 0
    for panel in dashboard["panels"]:
        one = Panel(panel)
        bottom = max(bottom, one.y + one.h)
        draw = {"row": one.row, "stat": lambda: one.stat(server, end), "timeseries": lambda: one.timeseries(server, start, end)}
        drawn += draw[panel["type"]]()
    note = "Drawn by examples/grafana/picture.py from scraped data; not a screenshot of Grafana."
    head = Panel({"title": "", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1}})
    drawn += [head.text(GAP + 4, 34, dashboard["title"], 19, weight="600"),
              head.text(WIDTH - GAP - 6, 34, f"last {minutes} minutes, UTC", 12, FAINT, "end"),
              head.text(GAP + 4, bottom + 24, note, 11, FAINT)]
    height = bottom + 36
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="Inter, Helvetica, Arial, '
          f'sans-serif" role="img" aria-label="The dashboard: decisions, the authorizer, the cache and the shared tier">')
    print(f'<rect width="{WIDTH}" height="{height}" fill="{BACKGROUND}"/>')
    print("\n".join(drawn))
    print("</svg>")


main()
