import CVectorMath
import Glibc

/// Real and imaginary parts of complex numbers, each in memory of their own.
struct ComplexParts {
  var real: UnsafeMutablePointer<Double>
  var imaginary: UnsafeMutablePointer<Double>

  /// The same numbers with the parts exchanged.
  ///
  /// A forward transform of exchanged parts is the backward transform with exchanged parts.
  var swapped: ComplexParts { ComplexParts(real: imaginary, imaginary: real) }
}

/// How discrete Fourier transforms of one length are computed, on several signals at once.
///
/// Lengths of small primes take Stockham's algorithm, a stage a factor. Others are a convolution of
/// a length that is a power of two (Bluestein). The number of a signal is the fastest index.
struct FourierPlan {
  /// The length of a signal.
  let length: Int
  /// The count of numbers a signal that a transform needs room for.
  let workCount: Int

  private let factors: [Int]
  private let roots: [fx_root]
  private let convolution: ChirpConvolution?

  private static let largestFactor = 31

  /// Plans transforms of a length, which is at least 1.
  init(length: Int) {
    self.length = length
    var factors: [Int] = []
    var rest = length
    var factor = 4
    while rest > 1, factor <= Self.largestFactor {
      if rest % factor == 0 {
        factors.append(factor)
        rest /= factor
      } else {
        factor = factor == 4 ? 2 : (factor == 2 ? 3 : factor + 2)
      }
    }
    if rest > 1 {
      let convolution = ChirpConvolution(length: length)
      self.factors = []
      self.roots = []
      self.convolution = convolution
      workCount = convolution.plan.length
    } else {
      self.factors = factors
      roots = (0..<length).map { Self.root($0, of: length) }
      convolution = nil
      workCount = length
    }
  }

  /// Returns `exp(-2πi index / count)`; exact on the axes.
  static func root(_ index: Int, of count: Int) -> fx_root {
    let (quadrant, rest) = (4 * index).quotientAndRemainder(dividingBy: count)
    let angle = Double.pi / 2 * (Double(rest) / Double(count))
    let (cosine, sine) = (cos(angle), -sin(angle))
    switch quadrant % 4 {
    case 0: return fx_root(cosine: cosine, sine: sine)
    case 1: return fx_root(cosine: sine, sine: -cosine)
    case 2: return fx_root(cosine: -cosine, sine: -sine)
    default: return fx_root(cosine: -sine, sine: cosine)
    }
  }

  /// Computes forward transforms, without a factor.
  ///
  /// - Parameters:
  ///   - data: the signals; it is overwritten.
  ///   - scratch: room of the same size, `workCount * lanes`.
  ///   - lanes: the number of signals.
  /// - Returns: where the results are: `data` or `scratch`.
  func transform(_ data: ComplexParts, _ scratch: ComplexParts, lanes: Int) -> ComplexParts {
    if let convolution { return convolution.transform(data, scratch, lanes: lanes) }
    var (source, target) = (data, scratch)
    var (rest, stride) = (length, lanes)
    roots.withUnsafeBufferPointer { roots in
      for factor in factors {
        let stage = FourierStage(
          factor: factor, part: rest / factor, stride: stride, step: length / rest)
        switch factor {
        case 2: stage.runTwo(source, target, roots)
        case 4: stage.runFour(source, target, roots)
        default: stage.run(source, target, roots)
        }
        swap(&source, &target)
        rest /= factor
        stride *= factor
      }
    }
    return source
  }
}

/// One stage of Stockham's algorithm: transforms of length `factor`.
private struct FourierStage {
  let factor: Int
  /// The length that is left after the stage.
  let part: Int
  /// How many numbers have the same index in the rest.
  let stride: Int
  /// The distance of the stage's roots of unity in the table.
  let step: Int

  /// Transforms two numbers at a time.
  func runTwo(
    _ source: ComplexParts, _ target: ComplexParts, _ roots: UnsafeBufferPointer<fx_root>
  ) {
    for place in 0..<part {
      let (from, to) = (place * stride, 2 * place * stride)
      fx_butterfly_two(
        source.real + from, source.imaginary + from, part * stride, target.real + to,
        target.imaginary + to, stride, roots[place * step])
    }
  }

  /// Transforms four numbers at a time.
  func runFour(
    _ source: ComplexParts, _ target: ComplexParts, _ roots: UnsafeBufferPointer<fx_root>
  ) {
    for place in 0..<part {
      let (from, to) = (place * stride, 4 * place * stride)
      fx_butterfly_four(
        source.real + from, source.imaginary + from, part * stride, target.real + to,
        target.imaginary + to, stride, roots[place * step], roots[2 * place * step],
        roots[3 * place * step])
    }
  }

  /// Transforms `factor` numbers at a time by sums of products.
  func run(
    _ source: ComplexParts, _ target: ComplexParts, _ roots: UnsafeBufferPointer<fx_root>
  ) {
    let rest = part * factor
    for place in 0..<part {
      for result in 0..<factor {
        let to = (factor * place + result) * stride
        let (y, yi) = (target.real + to, target.imaginary + to)
        let start = place * stride
        let root = roots[result * place % rest * step]
        for lane in 0..<stride {
          let (real, imaginary) = (source.real[start + lane], source.imaginary[start + lane])
          y[lane] = real * root.cosine - imaginary * root.sine
          yi[lane] = real * root.sine + imaginary * root.cosine
        }
        for term in 1..<factor {
          let index = place + part * term
          fx_add_product(
            source.real + index * stride, source.imaginary + index * stride, y, yi, stride,
            roots[result * index % rest * step])
        }
      }
    }
  }
}

/// A transform of any length as a convolution with `exp(πi k² / length)` (Bluestein's algorithm).
private final class ChirpConvolution: Sendable {
  let length: Int
  /// The transforms of the convolution.
  let plan: FourierPlan
  private let chirp: [fx_root]
  private let filter: [fx_root]

  init(length: Int) {
    self.length = length
    var size = 1
    while size < 2 * length - 1 { size *= 2 }
    let plan = FourierPlan(length: size)
    let chirp = (0..<length).map { index in
      FourierPlan.root(
        index.multipliedReportingOverflow(by: index).0 % (2 * length), of: 2 * length)
    }
    let memory = FourierMemory(count: size)
    for index in 0..<length {
      for place in [index, (size - index) % size] {
        memory.data.real[place] = chirp[index].cosine
        memory.data.imaginary[place] = -chirp[index].sine
      }
    }
    let spectrum = plan.transform(memory.data, memory.scratch, lanes: 1)
    let scale = 1 / Double(size)
    filter = (0..<size).map { index in
      fx_root(cosine: spectrum.real[index] * scale, sine: spectrum.imaginary[index] * scale)
    }
    self.plan = plan
    self.chirp = chirp
  }

  func transform(_ data: ComplexParts, _ scratch: ComplexParts, lanes: Int) -> ComplexParts {
    Self.multiply(data, by: chirp, lanes: lanes)
    let (start, rest) = (length * lanes, (plan.length - length) * lanes)
    (data.real + start).update(repeating: 0, count: rest)
    (data.imaginary + start).update(repeating: 0, count: rest)
    let spectrum = plan.transform(data, scratch, lanes: lanes)
    Self.multiply(spectrum, by: filter, lanes: lanes)
    let other = spectrum.real == data.real ? scratch : data
    let result = plan.transform(spectrum.swapped, other.swapped, lanes: lanes).swapped
    Self.multiply(result, by: chirp, lanes: lanes)
    return result
  }

  private static func multiply(
    _ data: ComplexParts, by factors: [fx_root], lanes: Int
  ) {
    for (index, factor) in factors.enumerated() {
      let (x, xi) = (data.real + index * lanes, data.imaginary + index * lanes)
      for lane in 0..<lanes {
        let (real, imaginary) = (x[lane], xi[lane])
        x[lane] = real * factor.cosine - imaginary * factor.sine
        xi[lane] = real * factor.sine + imaginary * factor.cosine
      }
    }
  }
}

/// Memory for the signals of a transform and its scratch.
final class FourierMemory {
  let data: ComplexParts
  let scratch: ComplexParts
  private let base: UnsafeMutablePointer<Double>

  /// Allocates zeros for so many complex numbers, twice.
  init(count: Int) {
    base = .allocate(capacity: max(4 * count, 1))
    base.initialize(repeating: 0, count: max(4 * count, 1))
    data = ComplexParts(real: base, imaginary: base + count)
    scratch = ComplexParts(real: base + 2 * count, imaginary: base + 3 * count)
  }

  deinit { base.deallocate() }
}
