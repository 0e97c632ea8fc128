using Oddswire.Board.Contracts;
using Oddswire.Board.Views;
using Oddswire.Core.Pricing;

namespace Oddswire.Host.Api;

/// <summary>Takes the margin out of any market's prices.</summary>
internal static class DevigEndpoints
{
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/devig", (string? odds, string? method) => Devigged(odds, method))
        .WithName("devig").WithTags("tools").Produces<DevigView>().ProducesProblem(400)
        .WithSummary("Fair chances and prices behind a market's prices")
        .WithDescription(
            "odds: the prices of all outcomes of one market, separated by commas, each American (+130 with its plus as %2B, -150), decimal (1.91) or fractional (10/11). " +
            $"method: {string.Join(", ", Devig.Methods.Select(Devig.NameOf))}; several separated by commas; all of them by default.");

    private static IResult Devigged(string? odds, string? method)
    {
        if (string.IsNullOrWhiteSpace(odds))
        {
            return Problems.BadParameter("odds", odds, "prices of all outcomes, for example odds=-110,-110");
        }

        List<DevigMethod> methods = [];
        foreach (var name in (method ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Devig.TryParse(name, out var known))
            {
                return Problems.BadParameter("method", method, string.Join(", ", Devig.Methods.Select(Devig.NameOf)));
            }

            methods.Add(known);
        }

        try
        {
            // A plus sign that was not escaped arrives as a blank.
            var prices = odds.Split(',').Select(price => price.StartsWith(' ') && price.Trim().All(char.IsAsciiDigit) ? $"+{price.Trim()}" : price).ToList();
            return TypedResults.Json(DevigViews.Make(prices, methods.Count == 0 ? Devig.Methods : methods), ApiJson.Readable.DevigView);
        }
        catch (ArgumentException e)
        {
            return Problems.NotAMarket(e.Message);
        }
    }
}
