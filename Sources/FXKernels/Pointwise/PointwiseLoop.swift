import FXCore
import FXTensor

/// A loop over dense arrays: what an elementwise operator computes in one type of the machine.
public struct PointwiseLoop: Sendable {
  /// Takes the addresses of dense arrays, the result's first, and their length.
  public typealias Body = @Sendable (UnsafePointer<UnsafeMutableRawPointer>, Int) -> Void

  /// The element types of the arrays.
  public let types: [ScalarType]
  let body: Body

  init(_ types: [ScalarType], _ body: @escaping Body) {
    self.types = types
    self.body = body
  }
}

// Each initializer takes the computation as a value of a type of its own and not as a closure, so
// that the compiler makes a loop for it that has no calls.

extension PointwiseLoop {
  @inline(__always)
  static func unary<Operation: LoopUnary>(_ operation: Operation) -> PointwiseLoop {
    typealias Input = Operation.Input
    typealias Result = Operation.Result
    return PointwiseLoop([Result.scalarType, Input.scalarType]) { pointers, count in
      let result = pointers[0].assumingMemoryBound(to: Result.self)
      let input = UnsafePointer(pointers[1].assumingMemoryBound(to: Input.self))
      for index in 0..<count { result[index] = operation.apply(input[index]) }
    }
  }

  @inline(__always)
  static func binary<Operation: LoopBinary>(_ operation: Operation) -> PointwiseLoop {
    typealias Input = Operation.Input
    typealias Result = Operation.Result
    let types = [Result.scalarType, Input.scalarType, Input.scalarType]
    return PointwiseLoop(types) { pointers, count in
      let result = pointers[0].assumingMemoryBound(to: Result.self)
      let left = UnsafePointer(pointers[1].assumingMemoryBound(to: Input.self))
      let right = UnsafePointer(pointers[2].assumingMemoryBound(to: Input.self))
      for index in 0..<count { result[index] = operation.apply(left[index], right[index]) }
    }
  }

  @inline(__always)
  static func ternary<Operation: LoopTernary>(_ operation: Operation) -> PointwiseLoop {
    typealias Value = Operation.Value
    let types = [ScalarType](repeating: Value.scalarType, count: 4)
    return PointwiseLoop(types) { pointers, count in
      let result = pointers[0].assumingMemoryBound(to: Value.self)
      let first = UnsafePointer(pointers[1].assumingMemoryBound(to: Value.self))
      let second = UnsafePointer(pointers[2].assumingMemoryBound(to: Value.self))
      let third = UnsafePointer(pointers[3].assumingMemoryBound(to: Value.self))
      for index in 0..<count {
        result[index] = operation.apply(first[index], second[index], third[index])
      }
    }
  }
}

/// A function of one element.
protocol LoopUnary: Sendable {
  associatedtype Input: TensorElement
  associatedtype Result: TensorElement
  func apply(_ x: Input) -> Result
}

/// A function of two elements of one type.
protocol LoopBinary: Sendable {
  associatedtype Input: TensorElement
  associatedtype Result: TensorElement
  func apply(_ x: Input, _ y: Input) -> Result
}

/// A function of three elements of one type.
protocol LoopTernary: Sendable {
  associatedtype Value: TensorElement
  func apply(_ x: Value, _ y: Value, _ z: Value) -> Value
}
