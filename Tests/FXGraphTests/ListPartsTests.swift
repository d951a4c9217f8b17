import Testing

@testable import FXGraph

/// How lists are spelled, by the kinds of their parts (`serialize_input` of PyTorch 2.15).
@Suite struct ListPartsTests {
  static let table: [(ListParts, ArgumentTag)] = [
    ([], .asTensors), (.bool, .asBools), (.int, .asInts), (.float, .asFloats),
    (.string, .asStrings), (.symInt, .asSymInts), ([.symInt, .int], .asSymInts),
    (.symFloat, .asSymFloats), ([.symFloat, .float], .asSymFloats), (.symBool, .asSymBools),
    ([.symBool, .bool], .asSymBools), (.tensor, .asTensors),
    // Symbols are tensors beside tensors, and beside symbols of other kinds.
    ([.tensor, .symInt], .asTensors), ([.symInt, .symFloat], .asTensors),
    ([.tensor, .symInt, .symFloat, .symBool], .asTensors),
    (.none, .asOptionalTensors), ([.tensor, .none], .asOptionalTensors),
    ([.symInt, .none], .asOptionalTensors), (.nodeList, .asNestedTensors),
    (.emptyList, .asNestedTensors), ([.nodeList, .emptyList], .asNestedTensors),
    ([.intList, .emptyList], .asIntLists), ([.floatList, .emptyList], .asFloatLists),
    // What PyTorch refuses.
    ([.tensor, .int], .derived), ([.symInt, .float], .derived), ([.int, .float], .derived),
    ([.int, .bool], .derived), ([.tensor, .string], .derived), ([.none, .int], .derived),
    ([.nodeList, .intList], .derived), ([.nodeList, .tensor], .derived),
    (.subgraph, .derived), (.other, .derived),
  ]

  @Test(arguments: table) func chooseTheTag(_ parts: ListParts, _ tag: ArgumentTag) {
    #expect(parts.tag == tag)
    if tag != .derived { #expect(parts.fit(tag)) }
  }

  @Test func arePutInWords() {
    #expect(ListParts([.tensor, .int]).description == "integers and tensors")
    #expect(ListParts([.tensor, .int, .none]).description == "integers, None and tensors")
    #expect(ListParts.symBool.description == "symbolic truth values")
  }
}
