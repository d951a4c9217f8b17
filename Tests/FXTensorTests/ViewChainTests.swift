import FXCore
import FXTensor
import Testing

/// Random chains of views and in-place writes against PyTorch.
@Suite struct ViewChainTests {
  @Test func agreeWithPyTorch() throws {
    let table = rows(of: chainTable)
    #expect(table.count == 150)
    for (given, expected) in table {
      let chain = given.joined(separator: " ")
      let found: String
      do {
        let stack = try run(chain)
        found = try text(stack.first) + text(stack.last)
      } catch is FXError {
        found = "-"
      }
      #expect(found == expected, "\(chain)")
    }
  }

  private func text(_ tensor: Tensor?) throws -> String {
    let tensor = try #require(tensor)
    let parts =
      "\(tensor.sizes)\(tensor.strides)\(tensor.storageOffset)\(tensor.isContiguous ? "c" : "")"
      + "\(try tensor.elements(as: Int64.self))"
    return parts.filter { $0 != " " }
  }

  private func run(_ chain: String) throws -> [Tensor] {
    var stack: [Tensor] = []
    for step in chain.split(separator: ";") {
      let words = step.split(separator: " ").map(String.init)
      let numbers = words.dropFirst().map { integers($0) }
      let first = numbers.first ?? []
      guard let last = stack.last else {
        let count = first.reduce(1, *)
        stack.append(try Tensor.of(Array(0..<count), first))
        continue
      }
      switch words[0] {
      case "add":
        let other = stack.count > 1 ? stack[stack.count - 2] : last
        let result = try Tensor.elementwiseOutput(.int64, inputs: [last, other])
        try result.fill(0)
        stack.append(result)
      case "copy": try last.copy(from: stack[0].clone())
      case "fill": try last.fill(.int(first[0]))
      case "resize": try last.resize(first)
      case "chunk": stack += try last.chunk(first[0], first[1])
      case "unbind": stack += try last.unbind(first[0])
      default: stack.append(try view(words[0], last, numbers, first))
      }
    }
    return stack
  }

  private func view(
    _ name: String, _ tensor: Tensor, _ lists: [[Int]], _ numbers: [Int]
  ) throws -> Tensor {
    switch name {
    case "view": try tensor.view(numbers)
    case "reshape": try tensor.reshape(numbers)
    case "expand": try tensor.expand(numbers)
    case "permute": try tensor.permute(numbers)
    case "transpose": try tensor.transpose(numbers[0], numbers[1])
    case "select": try tensor.select(numbers[0], numbers[1])
    case "slice": try tensor.slice(numbers[0], from: numbers[1], to: numbers[2], step: numbers[3])
    case "narrow": try tensor.narrow(numbers[0], start: numbers[1], length: numbers[2])
    case "squeeze": try tensor.squeeze(numbers)
    case "unsqueeze": try tensor.unsqueeze(numbers[0])
    case "as_strided": try tensor.asStrided(numbers, lists[1], offset: lists[2][0])
    case "diagonal": try tensor.diagonal(offset: numbers[0], numbers[1], numbers[2])
    case "unfold": try tensor.unfold(numbers[0], size: numbers[1], step: numbers[2])
    case "flatten": try tensor.flatten(from: numbers[0], through: numbers[1])
    case "movedim": try tensor.movedim(numbers, lists[1])
    case "clone": try tensor.clone()
    case "channels_last": try tensor.contiguous(.channelsLast)
    default: throw UnknownStep(name: name)
    }
  }

  private struct UnknownStep: Error { let name: String }
}
