import FXKit
import Testing

/// Making tensors by PyTorch's names, and what values look like; texts are those of PyTorch 2.15.
struct TensorMakingTests {
  @Test func literalsAreTakenAsByTorchTensor() throws {
    let made: [(Tensor, ScalarType, [Int], String)] = [
      (try Tensor([[1, 2], [3, 4]]), .int64, [2, 2], "tensor([[1, 2],\n        [3, 4]])"),
      (try Tensor([1, 2.5]), .float32, [2], "tensor([1.0000, 2.5000])"),
      (try Tensor([true, false]), .bool, [2], "tensor([ True, False])"),
      (try Tensor(3), .int64, [], "tensor(3)"),
      (try Tensor(0.5), .float32, [], "tensor(0.5000)"),
      (try Tensor(true), .bool, [], "tensor(True)"),
      (try Tensor([]), .float32, [0], "tensor([])"),
      (
        try Tensor([[Float]](repeating: [], count: 2)), .float32, [2, 0], "tensor([], size=(2, 0))"
      ),
      (try Tensor([[[1], [2]]]), .int64, [1, 2, 1], "tensor([[[1],\n         [2]]])"),
      (
        try Tensor([Complex(0.0, 1), Complex(2.0, 0)]), .complex64, [2],
        "tensor([0.+1.j, 2.+0.j])"
      ),
      (try Tensor([1, 2] as [Int8]), .int8, [2], "tensor([1, 2], dtype=torch.int8)"),
      (
        try Tensor([1, 2], dtype: .bfloat16), .bfloat16, [2],
        "tensor([1., 2.], dtype=torch.bfloat16)"
      ),
      (try Tensor([1.7, -1.7], dtype: .int64), .int64, [2], "tensor([ 1, -1])"),
      (try Tensor([-1], dtype: .uint8), .uint8, [1], "tensor([255], dtype=torch.uint8)"),
      (try Tensor([-1], dtype: .uint16), .uint16, [1], "tensor([65535], dtype=torch.uint16)"),
      (try Tensor([2], dtype: .bool), .bool, [1], "tensor([True])"),
      (try Tensor([true], dtype: .float16), .float16, [1], "tensor([1.], dtype=torch.float16)"),
      (try Tensor([1e10], dtype: .float16), .float16, [1], "tensor([inf], dtype=torch.float16)"),
      (try Tensor([1.0], dtype: .complex64), .complex64, [1], "tensor([1.+0.j])"),
      (
        try Tensor([UInt64(1) << 63]), .uint64, [1],
        "tensor([9223372036854775808], dtype=torch.uint64)"
      ),
      (
        try Tensor([Int.max, Int.min]), .int64, [2],
        "tensor([ 9223372036854775807, -9223372036854775808])"
      ),
    ]
    for (tensor, dtype, sizes, text) in made {
      #expect(tensor.dtype == dtype && tensor.sizes == sizes, "\(text)")
      #expect(tensor.description == text)
      #expect(tensor.isContiguous)
    }
  }

  @Test func raggedArraysAndNumbersThatDoNotFitAreErrors() {
    expect(.tensorShape) { _ = try Tensor([[1, 2], [3]]) }
    expect(.tensorShape) { _ = try Tensor([[[1], [2]], [[1], [2, 3]]]) }
    for dtype in [ScalarType.uint8, .int8] {
      expect(.tensorDType) { _ = try Tensor([300], dtype: dtype) }
      expect(.tensorDType) { _ = try Tensor([300.0], dtype: dtype) }
      expect(.tensorDType) { _ = try Tensor([-300], dtype: dtype) }
    }
    expect(.tensorDType) { _ = try Tensor([1 << 40], dtype: .int32) }
    expect(.tensorDType) { _ = try Tensor([Double.nan], dtype: .int32) }
    expect(.tensorDType) { _ = try Tensor([1e30], dtype: .int64) }
    expect(.tensorDType) { _ = try Tensor([-1], dtype: .uint64) }
    expect(.tensorDType) { _ = try Tensor([1], dtype: .unknown) }
  }

  @Test func everyDTypeTakesSmallNumbers() throws {
    for dtype in ScalarType.allCases where dtype != .unknown {
      let tensor = try Tensor([[0, 1], [1, 0]], dtype: dtype)
      #expect(tensor.dtype == dtype)
      #expect(try tensor.element(at: 0, 1).double == 1)
    }
  }

  @Test func sizesAndRanges() throws {
    let made: [(Tensor, String)] = [
      (try .zeros([2]), "tensor([0., 0.])"),
      (try .zeros([1, 2], dtype: .int64), "tensor([[0, 0]])"),
      (try .ones([2], dtype: .bool), "tensor([True, True])"),
      (try .ones([2]), "tensor([1., 1.])"),
      (try .full([2], 7), "tensor([7, 7])"),
      (try .full([2], 7, dtype: .float64), "tensor([7., 7.], dtype=torch.float64)"),
      (try .arange(5), "tensor([0, 1, 2, 3, 4])"),
      (try .arange(1, 2, step: 0.25), "tensor([1.0000, 1.2500, 1.5000, 1.7500])"),
      (try .arange(5, dtype: .float32), "tensor([0., 1., 2., 3., 4.])"),
      (try .arange(3, 0, step: -1), "tensor([3, 2, 1])"),
      (try .eye(2, 3), "tensor([[1., 0., 0.],\n        [0., 1., 0.]])"),
      (try .eye(2, dtype: .int64), "tensor([[1, 0],\n        [0, 1]])"),
      (try .linspace(0, 1, steps: 5), "tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])"),
    ]
    for (tensor, text) in made { #expect(tensor.description == text) }
    expect(.tensorShape) { _ = try Tensor.arange(0, 3, step: -1) }
    expect(.tensorShape) { _ = try Tensor.zeros([-1]) }
  }

  @Test func randomNumbersAreThoseOfManualSeed() throws {
    // One after the other, as with torch.Generator().manual_seed(3).
    let generator = RandomGenerator(seed: 3)
    #expect(
      try Tensor.randn([2, 2], generator: generator).description
        == "tensor([[ 0.8033,  0.1748],\n        [ 0.0890, -0.6137]])")
    #expect(
      try Tensor.rand([2, 2], generator: generator).description
        == "tensor([[0.5944, 0.8879],\n        [0.4510, 0.7995]])")
    #expect(
      try Tensor.randint(0, 10, [4], generator: generator).description == "tensor([5, 9, 6, 9])")
    #expect(try Tensor.randperm(5, generator: generator).description == "tensor([0, 3, 4, 1, 2])")
    let many = try Tensor.randn([20], generator: generator)
    #expect(many.description.hasSuffix("0.7242, -0.3492, -0.5290, -0.6895])"))
    #expect(
      try Tensor.randn([2], dtype: .float64, generator: generator).description
        == "tensor([-1.4510, -0.6294], dtype=torch.float64)")
    #expect(try Tensor.randint(3, [3], generator: generator).description == "tensor([1, 2, 0])")
    #expect(
      try Tensor.rand([2], dtype: .float16, generator: generator).description
        == "tensor([0.2783, 0.1255], dtype=torch.float16)")
    #expect(
      try Tensor.randn([2], dtype: .complex64, generator: generator).description
        == "tensor([-0.1459-0.3492j,  0.1433-0.5747j])")
    // Without a generator no two are the same.
    #expect(try !Tensor.randn([64]).isEqual(to: .randn([64])))
    expect(.tensorDType) { _ = try Tensor.rand([2], dtype: .int64) }
  }

  @Test func valuesPrintAsInPython() throws {
    let x = IValue.tensor(try Tensor([1.5]))
    let values: [(IValue, String)] = [
      (.tuple([x]), "(tensor([1.5000]),)"), (.list([x, 2]), "[tensor([1.5000]), 2]"),
      (.dict([("a", x), ("b", .tuple([1]))]), "{'a': tensor([1.5000]), 'b': (1,)}"),
      (.none, "None"), (.float(1), "1.0"), (.complex(0, 1), "1j"), (.string("a'b"), "\"a'b\""),
      (.dtype(.float32), "torch.float32"), (.device(.cpu), "device(type='cpu')"),
      (.device(Device(type: "cuda", index: 0)), "device(type='cuda', index=0)"),
      (.layout(.strided), "torch.strided"), (.memoryFormat(.channelsLast), "torch.channels_last"),
      (.tuple([]), "()"), (.list([]), "[]"), (.dict([]), "{}"), (.bool(true), "True"),
      (.float(.infinity), "inf"), (.float(-0.0), "-0.0"), (.float(1e16), "1e+16"),
      (.fake(FakeTensor(.int64, [2, 3])), "FakeTensor(..., size=(2, 3), dtype=torch.int64)"),
    ]
    for (value, text) in values { #expect("\(value)" == text) }
    #expect("\([x, 2])" == "[tensor([1.5000]), 2]")
    let point = TreeValue.object(
      type: "mymodule.Point", fields: [("x", .leaf(x)), ("y", .leaf(1))])
    #expect("\(point)" == "Point(x=tensor([1.5000]), y=1)")
    let tree = TreeValue.dictionary([("all", .tuple([point])), ("rest", .list([.leaf(.none)]))])
    #expect("\(tree)" == "{'all': (Point(x=tensor([1.5000]), y=1),), 'rest': [None]}")
  }

  @Test func runsPrintAsInPython() throws {
    let document = try fixture("trees-and-mutation")
    let runner = try ProgramRunner(document)
    let x = IValue.tensor(try .ones([3, 2]))
    let result = try runner.call(
      .dictionary([("x", .leaf(x)), ("rest", .list([.leaf(.tensor(try .ones([2])))]))]),
      .leaf(3),
      keywords: [("scale", .leaf(.tensor(try Tensor(0.5)))), ("mode", .leaf("sum"))])
    let rows = Array(repeating: "[3.5000, 3.5000]", count: 3).joined(separator: ",\n        ")
    #expect("\(result)" == "{'all': tensor([\(rows)]), 'sum': [tensor(21.), (3,)]}")
    #expect("\(document.module.graph)".hasPrefix("graph():\n    %b_total"))
    #expect("\(document.module)".contains("%b_total = placeholder : f32[2]"))
  }
}
