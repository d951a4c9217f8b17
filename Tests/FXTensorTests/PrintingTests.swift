import FXCore
import FXTensor
import Testing

/// `repr` of tensors against PyTorch.
@Suite struct PrintingTests {
  @Test func agreesWithPyTorch() throws {
    for (given, expected) in rows(of: printTable) {
      let dtype = scalarType(given[0])
      let sizes = integers(given[1])
      let tensor = try elements(Array(given.dropFirst(2)), dtype, sizes).view(sizes)
      let found = String(tensor.description.map { $0 == "\n" ? "|" : $0 })
      #expect(found == expected, "\(given.prefix(2))")
    }
  }

  private func elements(
    _ texts: [String], _ dtype: ScalarType, _ sizes: [Int]
  ) throws -> Tensor {
    if texts == ["range"] {
      return try Tensor.of(Array(0..<sizes.reduce(1, *))).converted(to: dtype)
    }
    let result = try Tensor.empty([texts.count], dtype)
    for (index, text) in texts.enumerated() {
      let parts = text.split(separator: ":").compactMap { Double($0) }
      let value: Scalar =
        dtype.isComplex
        ? .complex(parts[0], parts[1]) : UInt64(text).map(Scalar.init) ?? .float(parts[0])
      try result.setElement(at: [index], to: value)
    }
    return result
  }

  @Test func namesOtherDevices() throws {
    let device = try #require(Device("cuda:0"))
    let tensor = try Tensor.zeros([2], .float16, device: device)
    #expect(tensor.description == "tensor([0., 0.], device='cuda:0', dtype=torch.float16)")
    let meta = try Tensor.zeros([2, 3], device: Device(type: "meta"))
    #expect(meta.description == "tensor(..., device='meta', size=(2, 3))")
  }

  @Test func printsViewsAsTheirElements() throws {
    let tensor = try Tensor.of([1, 2, 3, 4, 5, 6], [2, 3])
    #expect(try tensor.t().description == "tensor([[1, 4],\n        [2, 5],\n        [3, 6]])")
  }
}
