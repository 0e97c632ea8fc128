namespace Oddswire.Board.Contracts;

/// <summary>A market's prices without their margin, by one or more methods.</summary>
/// <param name="Prices">The prices as they were given.</param>
/// <param name="Implied">What each implies, the margin included, six digits after the point.</param>
/// <param name="Overround">Sum of the implied chances minus one.</param>
/// <param name="Methods">The results.</param>
public sealed record DevigView(IReadOnlyList<string> Prices, IReadOnlyList<string> Implied, string Overround, IReadOnlyList<DevigMethodView> Methods);

/// <summary>The result of one method.</summary>
/// <param name="Method"><c>multiplicative</c>, <c>additive</c>, <c>power</c>, <c>shin</c>, <c>odds_ratio</c>, <c>logarithmic</c>, <c>balanced_book</c> or <c>worst_case</c>.</param>
/// <param name="Outcomes">One a price, in their order; null when the method has no answer.</param>
/// <param name="Problem">Why the method has no answer; null when it has one.</param>
public sealed record DevigMethodView(string Method, IReadOnlyList<FairView>? Outcomes, string? Problem);

/// <summary>A fair chance, and the fair price in every format.</summary>
/// <param name="Probability">0 to 1 with six digits after the point.</param>
/// <param name="Decimal">Fair decimal price to the thousandth; null beyond 1.001 to 1000.</param>
/// <param name="American">The nearest American price; null likewise.</param>
/// <param name="Fractional">The nearest customary fraction; null likewise.</param>
public sealed record FairView(string Probability, string? Decimal, string? American, string? Fractional);
