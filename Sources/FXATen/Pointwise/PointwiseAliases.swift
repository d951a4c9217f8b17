import FXOperators

/// Other names of elementwise operators, which take the same arguments.
enum PointwiseAliases {
  static let all: [OperatorDefinition] = names.map { .alias("aten::\($0)", of: "aten::\($1)") }

  private static let names = [
    ("absolute", "abs"), ("negative", "neg"), ("fix", "trunc"), ("arccos", "acos"),
    ("arccosh", "acosh"), ("arcsin", "asin"), ("arcsinh", "asinh"), ("arctan", "atan"),
    ("arctanh", "atanh"), ("arctan2", "atan2"), ("subtract.Tensor", "sub.Tensor"),
    ("subtract.Scalar", "sub.Scalar"), ("multiply.Tensor", "mul.Tensor"),
    ("multiply.Scalar", "mul.Scalar"), ("divide.Tensor", "div.Tensor"),
    ("divide.Scalar", "div.Scalar"), ("divide.Tensor_mode", "div.Tensor_mode"),
    ("divide.Scalar_mode", "div.Scalar_mode"), ("true_divide.Tensor", "div.Tensor"),
    ("true_divide.Scalar", "div.Scalar"), ("clip", "clamp"), ("clip.Tensor", "clamp.Tensor"),
    ("greater.Tensor", "gt.Tensor"), ("greater.Scalar", "gt.Scalar"),
    ("greater_equal.Tensor", "ge.Tensor"), ("greater_equal.Scalar", "ge.Scalar"),
    ("less.Tensor", "lt.Tensor"), ("less.Scalar", "lt.Scalar"),
    ("less_equal.Tensor", "le.Tensor"), ("less_equal.Scalar", "le.Scalar"),
    ("not_equal.Tensor", "ne.Tensor"), ("not_equal.Scalar", "ne.Scalar"),
    ("__and__.Tensor", "bitwise_and.Tensor"), ("__and__.Scalar", "bitwise_and.Scalar"),
    ("__or__.Tensor", "bitwise_or.Tensor"), ("__or__.Scalar", "bitwise_or.Scalar"),
    ("__iand__.Tensor", "bitwise_and_.Tensor"), ("__iand__.Scalar", "bitwise_and_.Scalar"),
    ("__ior__.Tensor", "bitwise_or_.Tensor"), ("__ior__.Scalar", "bitwise_or_.Scalar"),
    ("__ixor__.Tensor", "bitwise_xor_.Tensor"), ("__ixor__.Scalar", "bitwise_xor_.Scalar"),
    ("__ilshift__.Tensor", "bitwise_left_shift_.Tensor"),
    ("__ilshift__.Scalar", "bitwise_left_shift_.Tensor_Scalar"),
    ("__irshift__.Tensor", "bitwise_right_shift_.Tensor"),
    ("__irshift__.Scalar", "bitwise_right_shift_.Tensor_Scalar"),
    ("__xor__.Tensor", "bitwise_xor.Tensor"), ("__xor__.Scalar", "bitwise_xor.Scalar"),
    ("special_expit", "sigmoid"),
    ("special_exp2", "exp2"), ("special_expm1", "expm1"), ("special_log1p", "log1p"),
    ("special_logit", "logit"), ("special_round", "round.decimals"), ("special_sinc", "sinc"),
    ("special_xlogy", "xlogy.Tensor"), ("special_xlogy.self_scalar", "xlogy.Scalar_Self"),
    ("special_xlogy.other_scalar", "xlogy.Scalar_Other"), ("special_erf", "erf"),
    ("special_erfc", "erfc"), ("special_erfinv", "erfinv"), ("special_digamma", "digamma"),
    ("special_psi", "digamma"), ("special_gammaln", "lgamma"), ("special_gammainc", "igamma"),
    ("special_gammaincc", "igammac"), ("special_i0", "i0"), ("special_polygamma", "polygamma"),
    ("special_multigammaln", "mvlgamma"),
  ]
}
