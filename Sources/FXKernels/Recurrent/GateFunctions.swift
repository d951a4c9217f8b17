import CVectorMath
import FXTensor

/// A float with the functions of gates on runs of numbers.
protocol GateOpMath: RealMath {
  /// Replaces each number x by 1 / (1 + e^-x).
  static func sigmoid(_ numbers: UnsafeMutablePointer<Self>, _ count: Int)
  /// Replaces each number by its hyperbolic tangent.
  static func tangent(_ numbers: UnsafeMutablePointer<Self>, _ count: Int)
}

extension Double: GateOpMath {
  static func sigmoid(_ numbers: UnsafeMutablePointer<Double>, _ count: Int) {
    for index in 0..<count { numbers[index] = 1 / (1 + exp(-numbers[index])) }
  }

  static func tangent(_ numbers: UnsafeMutablePointer<Double>, _ count: Int) {
    for index in 0..<count { numbers[index] = tanh(numbers[index]) }
  }
}

extension Float: GateOpMath {
  static func sigmoid(_ numbers: UnsafeMutablePointer<Float>, _ count: Int) {
    inPieces(numbers, count) { fx_sigmoid($0, $1, $2) }
  }

  static func tangent(_ numbers: UnsafeMutablePointer<Float>, _ count: Int) {
    inPieces(numbers, count) { fx_tanh($0, $1, $2) }
  }

  /// The loops of C read from other places than they write to.
  @inline(__always)
  private static func inPieces(
    _ numbers: UnsafeMutablePointer<Float>, _ count: Int,
    _ function: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: min(count, 256)) { buffer in
      guard let piece = buffer.baseAddress else { return }
      for start in stride(from: 0, to: count, by: 256) {
        let length = min(256, count - start)
        piece.update(from: numbers + start, count: length)
        function(numbers + start, piece, length)
      }
    }
  }
}
