using Oddswire.Board.Contracts;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Board.Views;

/// <summary>Takes the margin out of prices that a user gives: what the command and the API share.</summary>
public static class DevigViews
{
    /// <summary>Reads the prices and takes their margin out.</summary>
    /// <param name="prices">Two or more prices of one market, each American, decimal or fractional.</param>
    /// <param name="methods">The methods.</param>
    /// <exception cref="ArgumentException">The prices are not a market; the message says why, and what to do.</exception>
    public static DevigView Make(IReadOnlyList<string> prices, IReadOnlyList<DevigMethod> methods)
    {
        if (prices.Count is < 2 or > Devig.MaxOutcomes)
        {
            throw new ArgumentException($"A market has 2 to {Devig.MaxOutcomes} outcomes; {prices.Count} given. Give the price of every outcome.");
        }

        var implied = new Chance[prices.Count];
        for (var i = 0; i < implied.Length; i++)
        {
            if (!PriceText.TryReadImplied(prices[i], out implied[i], out var problem))
            {
                throw new ArgumentException(problem);
            }
        }

        return new DevigView(
            [.. prices.Select(price => price.Trim())],
            [.. implied.Select(chance => chance.Value.ToString("0.000000"))],
            (implied.Sum(chance => chance.Value) - 1).ToString("0.000000"),
            [.. methods.Select(method => Apply(method, implied))]);
    }

    private static DevigMethodView Apply(DevigMethod method, Chance[] implied)
    {
        try
        {
            return new(Devig.NameOf(method), [.. Devig.Remove(method, implied).Select(Fair)], null);
        }
        catch (ArgumentException e)
        {
            return new(Devig.NameOf(method), null, e.Message);
        }
    }

    private static FairView Fair(Chance chance)
    {
        var thousandths = chance.Value > 0 ? Math.Round(1000 / chance.Value, MidpointRounding.AwayFromZero) : 0;
        var price = thousandths is >= DecimalOdds.MinThousandths and <= DecimalOdds.MaxThousandths
            ? DecimalOdds.FromThousandths((int)thousandths)
            : DecimalOdds.None;
        return new(
            chance.Value.ToString("0.000000"),
            price.IsOffered ? price.ToString() : null,
            price.IsOffered ? AmericanOdds.RoundNearest(price).ToString() : null,
            OddsFormats.Fractional(price));
    }
}
