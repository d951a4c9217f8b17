import FXCore
import FXKernels
import FXTensor
import Glibc
import Testing

/// Transforms against sums by the definition, and against one another.
struct FourierTransformTests {
  private typealias Number = Complex<Double>

  private func signal(_ count: Int) -> [Number] {
    (0..<count).map { Number(sin(Double($0 * $0) + 0.5), cos(Double(3 * $0))) }
  }

  /// Computes a transform by the definition.
  private func sums(_ signal: [Number], sign: Double) -> [Number] {
    signal.indices.map { frequency in
      var total = Number(0, 0)
      for (index, value) in signal.enumerated() {
        let turns = Double(index * frequency % signal.count) / Double(signal.count)
        let (real, imaginary) = (cos(2 * .pi * turns), sign * sin(2 * .pi * turns))
        total.real += value.real * real - value.imaginary * imaginary
        total.imaginary += value.real * imaginary + value.imaginary * real
      }
      return total
    }
  }

  private func distance(_ left: [Number], _ right: [Number]) -> Double {
    guard left.count == right.count else { return .infinity }
    return zip(left, right).reduce(0) { largest, pair in
      max(
        largest, (pair.0.real - pair.1.real).magnitude,
        (pair.0.imaginary - pair.1.imaginary).magnitude)
    }
  }

  @Test(arguments: Array(1...40) + [74, 97, 128, 360])
  func isTheSumOfTheDefinition(length: Int) throws {
    let numbers = signal(length)
    let tensor = try Tensor.of(numbers)
    for forward in [true, false] {
      let result = try FourierTransform.complex(tensor, [0], .none, forward: forward)
      let expected = sums(numbers, sign: forward ? -1 : 1)
      #expect(distance(try result.elements(as: Number.self), expected) < 1e-10)
    }
  }

  @Test(arguments: [1, 2, 5, 8, 37, 60])
  func realSignalsComeBack(length: Int) throws {
    let numbers = signal(length * 3).map(\.real)
    let tensor = try Tensor.of(numbers, [3, length])
    let half = try FourierTransform.real(tensor, [0, 1], .none, isHalf: true)
    #expect(half.sizes == [3, length / 2 + 1])
    let full = try FourierTransform.real(tensor, [0, 1], .none, isHalf: false)
    let part = try full.narrow(1, start: 0, length: length / 2 + 1)
    #expect(
      distance(try half.elements(as: Number.self), try part.elements(as: Number.self)) < 1e-10)
    let back = try FourierTransform.hermitian(half, [0, 1], .count, size: length)
    let elements = try back.elements(as: Double.self)
    #expect(zip(elements, numbers).allSatisfy { ($0 - $1).magnitude < 1e-10 })
  }

  @Test func keepsEnergyInAnyOrderOfDimensions() throws {
    let tensor = try Tensor.of(signal(210), [5, 6, 7]).transpose(0, 2)
    let result = try FourierTransform.complex(tensor, [1, 0], .rootOfCount, forward: true)
    #expect(result.sizes == [7, 6, 5])
    let same = try FourierTransform.complex(
      tensor.contiguous(), [0, 1], .rootOfCount, forward: true)
    let numbers = try result.elements(as: Number.self)
    #expect(distance(numbers, try same.elements(as: Number.self)) < 1e-12)
    func energy(_ numbers: [Number]) -> Double {
      numbers.reduce(0) { $0 + $1.real * $1.real + $1.imaginary * $1.imaginary }
    }
    #expect((energy(numbers) - energy(signal(210))).magnitude < 1e-9)
  }

  /// The order of dimensions in memory is that of PyTorch.
  @Test func lastDimensionsAreTransformedOnes() throws {
    let tensor = try Tensor.of(signal(24), [4, 6])
    let columns = try FourierTransform.complex(tensor, [0], .none, forward: true)
    #expect(columns.strides == [1, 4])
    #expect(try FourierTransform.complex(tensor, [1], .none, forward: true).strides == [6, 1])
  }

  @Test func refusesWhatIsNoSpectrum() throws {
    let tensor = try Tensor.of(signal(3))
    #expect(throws: FXError.self) {
      try FourierTransform.hermitian(tensor, [0], .none, size: 6)
    }
    #expect(throws: FXError.self) {
      try FourierTransform.complex(tensor, [0, 0], .none, forward: true)
    }
    #expect(throws: FXError.self) { try FourierTransform.real(tensor, [0], .none, isHalf: true) }
  }
}
