import FXTensor

@testable import FXKernels

/// A convolution of dense tensors as its definition says: a sum over each result's window.
struct WindowSums {
  private let convolution: Convolution
  private let input: [Double]
  private let weight: [Double]
  private let bias: [Double]?
  private let inputSizes: [Int]
  private let weightSizes: [Int]
  private let kernelPlaces: [[Int]]

  init(_ convolution: Convolution, _ input: Tensor, _ weight: Tensor, _ bias: Tensor?) throws {
    self.convolution = convolution
    self.input = try input.elements(as: Double.self)
    self.weight = try weight.elements(as: Double.self)
    self.bias = try bias?.elements(as: Double.self)
    inputSizes = input.sizes
    weightSizes = weight.sizes
    kernelPlaces = Self.places(weight.sizes.dropFirst(2))
  }

  /// Returns the result, of sizes that are known.
  func result(_ sizes: [Int]) throws -> Tensor {
    var elements: [Float] = []
    let places = Self.places(sizes.dropFirst(2))
    for image in 0..<sizes[0] {
      for output in 0..<sizes[1] {
        for place in places { elements.append(Float(sum(image, output, place))) }
      }
    }
    return try .of(elements, sizes)
  }

  private func sum(_ image: Int, _ output: Int, _ place: [Int]) -> Double {
    let channels = weightSizes[1]
    let firstChannel = output / (weightSizes[0] / convolution.groups) * channels
    let plane = inputSizes.dropFirst(2).reduce(1, *)
    var sum = bias?[output] ?? 0
    for (index, offsets) in kernelPlaces.enumerated() {
      guard let position = position(place, offsets) else { continue }
      for channel in 0..<channels {
        let from = (image * inputSizes[1] + firstChannel + channel) * plane + position
        sum += input[from] * weight[(output * channels + channel) * kernelPlaces.count + index]
      }
    }
    return sum
  }

  /// Where in a plane of the input a part of a window lies; nil for padding.
  private func position(_ place: [Int], _ offsets: [Int]) -> Int? {
    var position = 0
    for axis in place.indices {
      let index =
        place[axis] * convolution.stride[axis] + offsets[axis] * convolution.dilation[axis]
        - convolution.padding[axis]
      let size = inputSizes[axis + 2]
      guard index >= 0, index < size else { return nil }
      position = position * size + index
    }
    return position
  }

  /// All places of a grid, the last dimension first.
  private static func places(_ sizes: ArraySlice<Int>) -> [[Int]] {
    sizes.reduce([[]]) { places, size in
      places.flatMap { place in (0..<size).map { place + [$0] } }
    }
  }
}
