import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that take floats apart or put complex numbers together.
enum PointwiseComplex {
  static let all: [OperatorDefinition] = [complex, polar, frexp]

  /// `complex(Tensor real, Tensor imag) -> Tensor`
  static let complex = making("aten::complex", .makeComplex)
    .differentiated(
      by: .linear(in: [
        0: { _, g in try g.applying("aten::real") }, 1: { _, g in try g.applying("aten::imag") },
      ])
    )
    .kept()

  /// `polar(Tensor abs, Tensor angle) -> Tensor`
  static let polar = making("aten::polar", .makePolar)
    .autocast(.single)
    .differentiated(
      by: .custom(
        vjp: { call, _ in
          guard let gradient = call.gradient(of: 0) else { return [.none, .none] }
          let (conjugate, y) = (try gradient.conjugate(), call.result())
          return [
            try (conjugate * y.sgn()).applying("aten::real").value,
            try (conjugate * (y * IValue.complex(0, 1))).applying("aten::real").value,
          ]
        },
        jvp: { call, _ in
          let angle = call.argument(1)
          let direction = try angle.cos().applying("aten::complex", angle.sin().value)
          let along = try call.tangent(of: 0).map { try $0 * direction }
          let across = try call.tangent(of: 1).map {
            try $0 * (call.result() * IValue.complex(0, 1))
          }
          guard let along, let across else { return [(along ?? across)?.value ?? .none] }
          return [try (along + across).value]
        })
    )
    .kept()

  private static func making(_ name: String, _ function: PointwiseFunction) -> OperatorDefinition {
    OperatorDefinition(
      name,
      shape: { call in
        let parts = [try call.fake(0), try call.fake(1)]
        let dtype = parts[0].dtype.complexType
        return .fake(try ShapeRules.elementwise(parts, dtype, call.symbols))
      },
      kernel: { call in
        let parts = [try call.tensor(0), try call.tensor(1)]
        let dtype = parts[0].dtype
        guard dtype == parts[1].dtype else {
          throw call.error("the parts are of \(dtype.name) and \(parts[1].dtype.name)")
        }
        return .tensor(
          try function.run(parts, in: dtype, result: dtype.complexType, into: call.destination))
      })
  }

  /// `frexp.Tensor(Tensor self) -> (Tensor mantissa, Tensor exponent)`
  static let frexp = OperatorDefinition(
    "aten::frexp.Tensor",
    shape: { call in
      let tensor = try call.fake(0)
      let exponent = try ShapeRules.elementwise([tensor], .int32, call.symbols)
      return .tuple([try ShapeRules.unary()(call), .fake(exponent)])
    },
    kernel: { call in
      let tensor = try call.tensor(0)
      let mantissa = try PointwiseFunction.mantissa.run([tensor], in: tensor.dtype)
      let exponent = try PointwiseFunction.exponent.run([tensor], in: tensor.dtype, result: .int32)
      return .tuple([.tensor(mantissa), .tensor(exponent)])
    }
  )
  .differentiated(
    by: .custom(
      vjp: { call, _ in
        [try call.gradient(of: 0).map { try ($0 / call.result(1).exp2()).value } ?? .none]
      },
      jvp: { call, _ in
        [try call.tangent(of: 0).map { try ($0 / call.result(1).exp2()).value } ?? .none, .none]
      })
  )
  .kept()
}
