import FXCore
import FXTensor

extension ScalarType {
  /// Returns a number as elements of the dtype hold it; wide floats and other dtypes hold all.
  func rounded(_ value: Double) -> Double {
    switch self {
    case .float16: Double(Float16(converting: Float(value)).opMath)
    case .bfloat16: Double(BFloat16(converting: Float(value)).opMath)
    case .float32: Double(Float(value))
    default: value
    }
  }
}
