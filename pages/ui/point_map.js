// Two panels of points with one camera. Python gets the drawn outline, never thousands of points.
const live = new WeakMap()

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
const floats = (text) => new Float32Array(bytes(text).buffer)

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".map")
  if (!root || !data) return
  let view = live.get(root)
  if (!view) {
    view = new PointMap(root)
    live.set(root, view)
  }
  view.report = (panel, polygon) => setTriggerValue("outline", { panel, polygon, map: data.map })
  view.show(data)
  return () => {
    view.observer.disconnect()
    live.delete(root)
  }
}

class PointMap {
  constructor(root) {
    this.root = root
    this.panels = [...root.querySelectorAll("canvas")].map((canvas, at) => this.panel(canvas, at))
    this.tip = root.querySelector(".tip")
    this.camera = { x: 0, y: 0, zoom: 1 }
    this.mode = "lasso"
    this.hovered = -1
    root.querySelectorAll("button[data-mode]").forEach((button) => {
      button.onclick = () => this.choose(button.dataset.mode)
    })
    root.querySelectorAll("button[data-act]").forEach((button) => {
      button.onclick = () => this.act(button.dataset.act)
    })
    this.observer = new ResizeObserver(() => this.draw())
    this.panels.forEach((panel) => this.observer.observe(panel.canvas))
  }

  panel(canvas, at) {
    canvas.onpointerdown = (event) => this.press(event, at)
    canvas.onpointermove = (event) => this.move(event, at)
    canvas.onpointerup = () => this.release(at)
    canvas.onpointercancel = () => this.drop()
    canvas.onpointerleave = () => this.hover(-1)
    canvas.onwheel = (event) => this.wheel(event, at)
    canvas.onkeydown = (event) => this.key(event)
    return { canvas, points: new Float32Array(0) }
  }

  show(data) {
    this.labels = data.labels
    this.root.querySelectorAll("button").forEach((button) => {
      button.textContent = data.words[button.dataset.mode ?? button.dataset.act]
    })
    this.colours = bytes(data.colours)
    this.chosen = data.chosen ? bytes(data.chosen) : null
    if (this.map !== data.map) {
      this.map = data.map
      this.camera = { x: 0, y: 0, zoom: 1 }
      this.hovered = -1
    }
    data.panels.forEach((panel, at) => {
      const { canvas } = this.panels[at]
      this.panels[at].points = floats(panel.points)
      canvas.setAttribute("aria-label", panel.alt)
      canvas.parentElement.querySelector("figcaption").textContent = panel.title
    })
    const style = getComputedStyle(this.root)
    this.text = style.getPropertyValue("--st-text-color") || "#222"
    this.accent = style.getPropertyValue("--st-primary-color") || "#d33"
    this.sprites = data.palette.map((colour) => sprite(colour, data.radius))
    this.faded = data.palette.map((colour) => sprite(colour, data.radius, 0.12))
    this.radius = data.radius
    this.choose(this.mode)
    this.draw()
  }

  // ---- camera: one for both panels; the square [-1, 1] fills the shorter side at zoom 1
  place(panel) {
    const { clientWidth: w, clientHeight: h } = panel.canvas
    const scale = (Math.min(w, h) / 2 - 10) * this.camera.zoom
    return { scale, x: w / 2 - this.camera.x * scale, y: h / 2 + this.camera.y * scale }
  }

  toData(panel, event) {
    const { scale, x, y } = this.place(panel)
    return [(event.offsetX - x) / scale, (y - event.offsetY) / scale]
  }

  zoom(factor, at = [this.camera.x, this.camera.y]) {
    const zoom = Math.min(60, Math.max(0.5, this.camera.zoom * factor))
    const share = this.camera.zoom / zoom
    this.camera = { x: at[0] + (this.camera.x - at[0]) * share, y: at[1] + (this.camera.y - at[1]) * share, zoom }
    this.draw()
  }

  act(name) {
    if (name === "in") this.zoom(1.4)
    if (name === "out") this.zoom(1 / 1.4)
    if (name === "reset") {
      this.camera = { x: 0, y: 0, zoom: 1 }
      this.draw()
    }
  }

  choose(mode) {
    this.mode = mode
    this.root.querySelectorAll("button[data-mode]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode))
    })
    this.panels.forEach(({ canvas }) => {
      canvas.style.cursor = mode === "pan" ? "grab" : "crosshair"
      canvas.style.touchAction = mode === "pan" ? "none" : "pan-y"
    })
  }

  // ---- pointer and keys
  press(event, at) {
    if (event.button > 0) return
    this.panels[at].canvas.setPointerCapture?.(event.pointerId)
    const start = this.toData(this.panels[at], event)
    this.drag = { at, outline: [start], from: [event.offsetX, event.offsetY], camera: { ...this.camera } }
  }

  move(event, at) {
    const panel = this.panels[at]
    if (!this.drag) return this.hover(this.nearest(panel, event), at)
    if (this.mode === "pan") {
      const { scale } = this.place(panel)
      this.camera.x = this.drag.camera.x - (event.offsetX - this.drag.from[0]) / scale
      this.camera.y = this.drag.camera.y + (event.offsetY - this.drag.from[1]) / scale
    } else {
      const here = this.toData(panel, event)
      const [x, y] = this.drag.outline[0]
      if (this.mode === "box") this.drag.outline = [[x, y], [here[0], y], here, [x, here[1]]]
      else this.drag.outline.push(here)
    }
    this.draw()
  }

  release(at) {
    const drag = this.drag
    this.drop()
    if (drag && this.mode !== "pan" && drag.outline.length > 2) {
      const step = Math.ceil(drag.outline.length / 400)
      this.report(at, drag.outline.filter((_, k) => k % step === 0))
    }
  }

  drop() {
    this.drag = null
    this.draw()
  }

  wheel(event, at) {
    if (!event.ctrlKey && !event.metaKey && this.mode !== "pan") return // the page keeps its scroll
    event.preventDefault()
    this.zoom(Math.exp(-event.deltaY / 400), this.toData(this.panels[at], event))
  }

  key(event) {
    const step = 0.15 / this.camera.zoom
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }
    if (event.key in moves) {
      this.camera.x += moves[event.key][0]
      this.camera.y += moves[event.key][1]
      this.draw()
    } else if (event.key === "+" || event.key === "=") this.zoom(1.4)
    else if (event.key === "-") this.zoom(1 / 1.4)
    else if (event.key === "0") this.act("reset")
    else return
    event.preventDefault()
  }

  nearest(panel, event) {
    const { scale } = this.place(panel)
    const [x, y] = this.toData(panel, event)
    let best = -1
    let reach = ((this.radius + 5) / scale) ** 2
    for (let k = 0; k < panel.points.length / 2; k++) {
      const far = (panel.points[2 * k] - x) ** 2 + (panel.points[2 * k + 1] - y) ** 2
      if (far < reach) [best, reach] = [k, far]
    }
    return best
  }

  hover(point, at = 0) {
    if (point === this.hovered) return
    this.hovered = point
    this.tip.hidden = point < 0
    if (point >= 0) {
      const panel = this.panels[at]
      const { scale, x, y } = this.place(panel)
      const left = panel.canvas.offsetLeft + x + panel.points[2 * point] * scale
      this.tip.textContent = this.labels[point] ?? ""
      this.tip.style.left = `${Math.max(0, Math.min(left + 12, this.root.clientWidth - 250))}px`
      this.tip.style.top = `${panel.canvas.offsetTop + y - panel.points[2 * point + 1] * scale + 12}px`
    }
    this.draw()
  }

  // ---- drawing
  draw() {
    this.panels.forEach((panel, at) => this.paint(panel, at))
  }

  paint(panel, at) {
    const { canvas, points } = panel
    const ratio = window.devicePixelRatio || 1
    const [w, h] = [canvas.clientWidth, canvas.clientHeight]
    if (!w || !this.sprites) return
    if (canvas.width !== Math.round(w * ratio)) canvas.width = Math.round(w * ratio)
    if (canvas.height !== Math.round(h * ratio)) canvas.height = Math.round(h * ratio)
    const pen = canvas.getContext("2d")
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, w, h)
    const { scale, x, y } = this.place(panel)
    const dot = (k, image) => {
      const size = image.width / 2
      pen.drawImage(image, x + points[2 * k] * scale - size / 2, y - points[2 * k + 1] * scale - size / 2, size, size)
    }
    const n = points.length / 2
    // Chosen points are drawn last, over the faded rest.
    for (let k = 0; k < n; k++) if (this.chosen && !this.chosen[k]) dot(k, this.faded[this.colours[k]])
    for (let k = 0; k < n; k++) if (!this.chosen || this.chosen[k]) dot(k, this.sprites[this.colours[k]])
    if (this.hovered >= 0) {
      pen.strokeStyle = this.text
      pen.lineWidth = 2
      pen.beginPath()
      pen.arc(x + points[2 * this.hovered] * scale, y - points[2 * this.hovered + 1] * scale, this.radius + 4, 0, 7)
      pen.stroke()
    }
    if (this.drag && this.drag.at === at && this.mode !== "pan") this.outline(pen, x, y, scale)
  }

  outline(pen, x, y, scale) {
    pen.beginPath()
    this.drag.outline.forEach(([a, b]) => pen.lineTo(x + a * scale, y - b * scale))
    pen.closePath()
    pen.strokeStyle = this.accent
    pen.setLineDash([5, 4])
    pen.lineWidth = 1.5
    pen.stroke()
    pen.setLineDash([])
    pen.globalAlpha = 0.12
    pen.fillStyle = this.accent
    pen.fill()
    pen.globalAlpha = 1
  }
}

// A disc drawn once per colour at twice its size, so that a screen of points costs only copies.
function sprite(colour, radius, alpha = 0.8) {
  const image = document.createElement("canvas")
  image.width = image.height = 4 * (radius + 1)
  const pen = image.getContext("2d")
  pen.globalAlpha = alpha
  pen.fillStyle = colour
  pen.beginPath()
  pen.arc(2 * (radius + 1), 2 * (radius + 1), 2 * radius, 0, 7)
  pen.fill()
  return image
}
