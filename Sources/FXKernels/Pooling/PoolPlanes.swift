import FXTensor

/// A number that pooling computes with; others are converted.
protocol PoolElement: OrderedOpMath {
  /// Returns the quotient; integers lose the rest.
  func divided(by count: Int) -> Self
}

extension Float: PoolElement {
  @inline(__always) func divided(by count: Int) -> Float { self / Float(count) }
}

extension Double: PoolElement {
  @inline(__always) func divided(by count: Int) -> Double { self / Double(count) }
}

extension Int64: PoolElement {
  @inline(__always) func divided(by count: Int) -> Int64 { count == 0 ? 0 : self / Int64(count) }
}

/// The channels of an input that is pooled, one after another in memory.
struct PoolPlanes<Element: PoolElement>: @unchecked Sendable {
  let windows: PoolWindows
  let input: UnsafePointer<Element>
  let result: UnsafeMutablePointer<Element>

  /// Tells whether a number takes the place of the largest so far; the last NaN does.
  @inline(__always)
  private func isLarger(_ value: Element, _ best: Element) -> Bool {
    value > best || value != value
  }

  /// Finds the largest number of each window of a channel and its place in the channel.
  func findMaxima(_ plane: Int, _ windows: PoolWindows, _ indices: UnsafeMutablePointer<Int64>) {
    let source = input + plane * windows.inputCount
    let (depth, height, width) = (windows.depth, windows.height, windows.width)
    var place = plane * windows.count
    for d in 0..<depth.count {
      for h in 0..<height.count {
        for w in 0..<width.count {
          var best = Element.lowest
          var index = (depth.starts[d] * height.size + height.starts[h]) * width.size
          index += width.starts[w]
          var z = depth.starts[d]
          while z < depth.ends[d] {
            var y = height.starts[h]
            while y < height.ends[h] {
              let line = (z * height.size + y) * width.size
              var x = width.starts[w]
              while x < width.ends[w] {
                let value = source[line &+ x]
                if isLarger(value, best) {
                  best = value
                  index = line &+ x
                }
                x &+= width.step
              }
              y += height.step
            }
            z += depth.step
          }
          result[place] = best
          indices[place] = Int64(index)
          place += 1
        }
      }
    }
  }

  /// Computes the largest number of each window of a channel.
  func maximize(_ plane: Int) {
    reduce(
      plane, { isLarger($0, $1) ? $0 : $1 }, start: .lowest, finish: { best, _, _, _ in best })
  }

  /// Computes the average of each window of a channel, with every sum rounded.
  func average(_ plane: Int, rounding round: (Element) -> Element) {
    let (depth, height, width) = (windows.depth, windows.height, windows.width)
    let source = input + plane * windows.inputCount
    var target = result + plane * windows.count
    for d in 0..<depth.count {
      for h in 0..<height.count {
        for w in 0..<width.count {
          var sum = Element.zero
          for z in depth.starts[d]..<depth.ends[d] {
            for y in height.starts[h]..<height.ends[h] {
              let row = source + (z * height.size + y) * width.size
              for x in width.starts[w]..<width.ends[w] { sum = round(Element.sum(sum, row[x])) }
            }
          }
          let weights = depth.weights[d] * height.weights[h] * width.weights[w]
          target.pointee = sum.divided(by: weights)
          target += 1
        }
      }
    }
  }

  /// Computes the average of each window of a channel.
  func average(_ plane: Int, divisor: Int?) {
    let windows = windows
    reduce(
      plane, { Element.sum($1, $0) }, start: .zero,
      finish: { sum, d, h, w in
        let weights =
          windows.depth.weights[d] * windows.height.weights[h] * windows.width.weights[w]
        return sum.divided(by: divisor ?? weights)
      })
  }

  /// Reduces the lines of each window first, in runs of a whole line, and then along the line.
  @inline(__always)
  private func reduce(
    _ plane: Int, _ combine: (Element, Element) -> Element, start: Element,
    finish: (Element, Int, Int, Int) -> Element
  ) {
    let (depth, height, width) = (windows.depth, windows.height, windows.width)
    let source = input + plane * windows.inputCount
    var target = result + plane * windows.count
    withUnsafeTemporaryAllocation(of: Element.self, capacity: width.size) { buffer in
      guard let line = buffer.baseAddress else { return }
      for d in 0..<depth.count {
        for h in 0..<height.count {
          line.initialize(repeating: start, count: width.size)
          var z = depth.starts[d]
          while z < depth.ends[d] {
            var y = height.starts[h]
            while y < height.ends[h] {
              let row = source + (z * height.size + y) * width.size
              for x in 0..<width.size { line[x] = combine(row[x], line[x]) }
              y += height.step
            }
            z += depth.step
          }
          for w in 0..<width.count {
            var value = start
            var x = width.starts[w]
            while x < width.ends[w] {
              value = combine(line[x], value)
              x &+= width.step
            }
            target[w] = finish(value, d, h, w)
          }
          target += width.count
        }
      }
    }
  }

  /// Adds the gradient of each window of a channel, divided by its weight, to its elements; the
  /// gradients are the input's type and lie where results do.
  func addAverages(_ plane: Int, divisor: Int?) {
    let (depth, height, width) = (windows.depth, windows.height, windows.width)
    var gradient = input + plane * windows.count
    let target = result + plane * windows.inputCount
    for d in 0..<depth.count {
      for h in 0..<height.count {
        for w in 0..<width.count {
          let weight = depth.weights[d] * height.weights[h] * width.weights[w]
          let part = gradient.pointee.divided(by: divisor ?? weight)
          for z in depth.starts[d]..<max(depth.ends[d], depth.starts[d]) {
            for y in height.starts[h]..<max(height.ends[h], height.starts[h]) {
              let row = target + (z * height.size + y) * width.size
              for x in width.starts[w]..<max(width.ends[w], width.starts[w]) {
                row[x] = Element.sum(row[x], part)
              }
            }
          }
          gradient += 1
        }
      }
    }
  }
}
