import FXCore

extension Float: ElementOpMath, FloatElement {
  public typealias Compute = Float
  public static var scalarType: ScalarType { .float32 }
  public var scalar: Scalar { .float(Double(self)) }
  @inlinable @inline(__always) public var opMath: Float { self }
  @inlinable @inline(__always) public init(converting value: Float) { self = value }
  @inlinable @inline(__always) public init(converting value: Double) { self = Float(value) }
  @inlinable @inline(__always) public init(converting value: Int64) { self = Float(value) }
  @inlinable @inline(__always) public init(converting value: UInt64) { self = Float(value) }
  @inlinable @inline(__always)
  public func converted<Element: TensorElement>(to type: Element.Type) -> Element {
    Element(converting: self)
  }
}

extension Double: ElementOpMath, FloatElement {
  public typealias Compute = Double
  public static var scalarType: ScalarType { .float64 }
  public var scalar: Scalar { .float(self) }
  @inlinable @inline(__always) public var opMath: Double { self }
  @inlinable @inline(__always) public init(converting value: Float) { self = Double(value) }
  @inlinable @inline(__always) public init(converting value: Double) { self = value }
  @inlinable @inline(__always) public init(converting value: Int64) { self = Double(value) }
  @inlinable @inline(__always) public init(converting value: UInt64) { self = Double(value) }
  @inlinable @inline(__always)
  public func converted<Element: TensorElement>(to type: Element.Type) -> Element {
    Element(converting: self)
  }
}

extension Int64: ElementOpMath {
  @inlinable @inline(__always)
  public func converted<Element: TensorElement>(to type: Element.Type) -> Element {
    Element(converting: self)
  }
}

extension UInt64: ElementOpMath {
  @inlinable @inline(__always)
  public func converted<Element: TensorElement>(to type: Element.Type) -> Element {
    Element(converting: self)
  }
}

extension Complex: ElementOpMath where Part == Double {
  @inlinable @inline(__always)
  public func converted<Element: TensorElement>(to type: Element.Type) -> Element {
    Element(converting: self)
  }
}
