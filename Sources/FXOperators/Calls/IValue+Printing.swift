import FXCore
import FXTensor

extension IValue: CustomStringConvertible {
  /// The value as Python's `repr` spells it, tensors as PyTorch prints them.
  public var description: String {
    switch self {
    case .none: "None"
    case .tensor(let tensor): tensor.description
    case .bool(let value): value ? "True" : "False"
    case .int(let value): "\(value)"
    case .float(let value): PythonText.float(value)
    case .complex(let real, let imaginary):
      PythonText.complex(real: real, imaginary: imaginary)
    case .string(let text): PythonText.string(text)
    case .dtype(let dtype): "torch.\(dtype.name)"
    case .layout(let layout): "torch.\(layout.name)"
    case .memoryFormat(let format): "torch.\(format.name)"
    case .device(let device): Self.text(of: device)
    case .list(let parts): PythonText.list(parts.map(\.description))
    case .tuple(let parts): PythonText.tuple(parts.map(\.description))
    case .dict(let entries):
      PythonText.dictionary(entries.map { ($0.key, $0.value.description) })
    case .module(let module): "\(module.className)()"
    case .fake(let tensor): Self.text(of: tensor)
    case .symbol(let number): "\(number.expression)"
    case .object(let text): text
    }
  }

  private static func text(of device: Device) -> String {
    let index = device.index.map { ", index=\($0)" } ?? ""
    return "device(type=\(PythonText.string(device.type))\(index))"
  }

  private static func text(of tensor: FakeTensor) -> String {
    let sizes = PythonText.tuple(tensor.sizes.map { "\($0.expression)" })
    var text = "FakeTensor(..., "
    if tensor.device.type != "cpu" { text += "device=\(PythonText.string("\(tensor.device)")), " }
    text += "size=\(sizes)"
    if tensor.dtype != .float32 { text += ", dtype=torch.\(tensor.dtype.name)" }
    return text + ")"
  }
}
