/// The definitions of all operators, family by family.
public enum OperatorFamilies {
  /// All definitions, in the order of families.
  public static let all: [OperatorDefinition] = [
    SymbolicOperators.all,
    ShapeViews.all,
    DimensionViews.all,
    PartViews.all,
    SplittingViews.all,
    ViewCopies.all,
    InPlaceViews.all,
    ScatteringViews.all,
    GatheringOperators.all,
    ScatteringOperators.all,
    IndexedWritingOperators.all,
    IndexingDerivatives.all,
    EmbeddingOperators.all,
    JoiningOperators.all,
    RepeatingOperators.all,
    DiagonalOperators.all,
    PaddingOperators.all,
    RandomCreation.all,
    RandomFilling.all,
    DropoutOperators.all,
    PhiloxOperators.all,
    PointwiseArithmetic.all,
    PointwiseComparisons.all,
    PointwiseMath.all,
    PointwiseActivations.all,
    PointwiseAliases.all,
    PointwiseComplex.all,
    SpecialFunctions.all,
    SpecialBinaryFunctions.all,
    ActivationGradients.all,
    RandomizedReLU.all,
    TensorQuestions.all,
    Creation.all,
    RangeCreation.all,
    WindowCreation.all,
    Conversions.all,
    SumOperators.all,
    ExtremeOperators.all,
    MomentOperators.all,
    NormOperators.all,
    SoftmaxOperators.all,
    CumulativeOperators.all,
    SortingOperators.all,
    MatrixProducts.all,
    VectorProducts.all,
    Contractions.all,
    LUOperators.all,
    TriangularOperators.all,
    OrthogonalOperators.all,
    SpectralOperators.all,
    RankOperators.all,
    MatrixNormOperators.all,
    ConvolutionOperators.all,
    WindowColumns.all,
    MaximumPooling.all,
    AveragePooling.all,
    SearchOperators.all,
    HistogramOperators.all,
    CountingOperators.all,
    DifferenceOperators.all,
    GradientOperators.all,
    QuantileOperators.all,
    AttentionOperators.all,
    RecurrentOperators.all,
    BatchNormOperators.all,
    LayerNormOperators.all,
    NormalisationGradients.all,
    RegressionLosses.all,
    MarginLosses.all,
    ClassificationLosses.all,
    SequenceLosses.all,
    LinearCrossEntropy.all,
    DistanceOperators.all,
    UpsamplingOperators.all,
    SamplingOperators.all,
    FourierOperators.all,
    SpectrumOperators.all,
    FrequencyOperators.all,
    ShortTimeFourier.all,
    PrimOperators.all,
  ].flatMap { $0 }

  /// Finds the definition of an overload by its qualified name: `aten::add.Tensor`.
  static func definition(named name: String) -> OperatorDefinition? {
    index[name].map { all[$0] }
  }

  private static let index: [String: Int] = {
    var index: [String: Int] = [:]
    for (position, definition) in all.enumerated() {
      for name in definition.names { index[name] = position }
    }
    return index
  }()
}
