// Words on the page whose contrast with what is behind them falls short of WCAG 2.2 AA (1.4.3): 4.5:1, or
// 3:1 where they are large. Leaves out what is disabled, hidden from readers, or drawn (canvas, svg).
() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const rgba = (text) => {
    pen.clearRect(0, 0, 1, 1)
    pen.fillStyle = "#000"
    pen.fillStyle = text
    pen.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const over = (top, low) => [0, 1, 2].map((k) => top[k] * top[3] + low[k] * (1 - top[3])).concat(1)
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255)
  const apart = "[aria-hidden=true], [disabled], [aria-disabled=true], script, style, canvas, svg, [role=slider]"
  const found = {}
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim()
    const element = walker.currentNode.parentElement
    const shown = element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
    if (!text || !shown || element.closest(apart)) continue
    const chain = []
    for (let e = element; e; e = e.parentElement) chain.unshift(e)
    let ground = [255, 255, 255, 1]
    let opacity = 1
    for (const e of chain) {
      const style = getComputedStyle(e)
      opacity *= parseFloat(style.opacity)
      const own = rgba(style.backgroundColor)
      ground = over([own[0], own[1], own[2], own[3] * opacity], ground)
    }
    const style = getComputedStyle(element)
    const ink = rgba(style.color)
    const levels = [light(over([ink[0], ink[1], ink[2], ink[3] * opacity], ground)), light(ground)]
    const ratio = (Math.max(...levels) + 0.05) / (Math.min(...levels) + 0.05)
    const size = parseFloat(style.fontSize)
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700)
    if (ratio < (large ? 3 : 4.5)) found[`${ratio.toFixed(2)}:1 ${text.slice(0, 60)}`] = true
  }
  return Object.keys(found)
}
