using System.Collections.Concurrent;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing;

/// <summary>
/// The offered prices of a market with two selections as a function of the first one's fair chance. Prices stand on a ladder, so that it is a function of steps:
/// they are found once for a margin and the book's limits, and a price is then looked up instead of worked out. Where a chance is so near to a step that the
/// search could have missed it, <see cref="OfferPricing"/> decides: the prices are always its own.
/// </summary>
internal sealed class PriceSteps
{
    private const int Buckets = 1024;
    private const double Finest = 1e-13;
    private const double Doubtful = 1e-8;

    private static readonly ConcurrentDictionary<(MarginRule Rule, DecimalOdds Shortest, DecimalOdds Longest), PriceSteps> Known = [];

    private readonly LeagueBook _book;
    private readonly MarginRule _rule;
    private readonly Step[] _steps;
    private readonly ushort[] _firstOfBucket = new ushort[Buckets + 1];

    private PriceSteps(LeagueBook book, MarginRule rule)
    {
        (_book, _rule) = (book, rule);
        List<Step> steps = [new Step(double.NegativeInfinity, WorkOut(0))];
        for (var i = 0; i < Buckets; i++)
        {
            _firstOfBucket[i] = checked((ushort)(steps.Count - 1));
            Search(i / (double)Buckets, steps[^1].Prices, (i + 1) / (double)Buckets, WorkOut((i + 1) / (double)Buckets), steps);
        }

        _firstOfBucket[Buckets] = checked((ushort)(steps.Count - 1));
        _steps = [.. steps, new Step(double.PositiveInfinity, default)];
    }

    /// <summary>The steps of a margin under a book's limits; shared by all threads.</summary>
    public static PriceSteps Of(LeagueBook book, MarginRule rule) =>
        Known.GetOrAdd((rule, book.ShortestPrice, book.LongestPrice), static (key, book) => new PriceSteps(book, key.Rule), book);

    /// <summary>The prices of a selection with this chance and of the other one, and whether the book offers them.</summary>
    public Prices At(Chance first)
    {
        var chance = first.Value;
        int i = _firstOfBucket[(int)(chance * Buckets)];
        while (chance >= _steps[i + 1].From)
        {
            i++;
        }

        ref readonly var step = ref _steps[i];
        return chance - step.From < Doubtful || _steps[i + 1].From - chance < Doubtful ? WorkOut(chance) : step.Prices;
    }

    // Both prices only ever fall or only ever rise with the chance: where they are the same at both ends they are so in between.
    private void Search(double low, Prices atLow, double high, Prices atHigh, List<Step> steps)
    {
        if (atLow == atHigh)
        {
            return;
        }

        if (high - low < Finest)
        {
            steps.Add(new Step(high, atHigh));
            return;
        }

        var middle = (low + high) / 2;
        var atMiddle = WorkOut(middle);
        Search(low, atLow, middle, atMiddle, steps);
        Search(middle, atMiddle, high, atHigh, steps);
    }

    private Prices WorkOut(double chance)
    {
        var first = Chance.Of(chance);
        Span<Chance> chances = [first, first.Complement];
        Span<DecimalOdds> prices = stackalloc DecimalOdds[2];
        return OfferPricing.TryPrice(_book, _rule, chances, prices) ? new Prices(true, prices[0], prices[1]) : default;
    }

    /// <summary>What is offered on two selections; without meaning when the book does not offer it.</summary>
    public readonly record struct Prices(bool IsOffered, DecimalOdds First, DecimalOdds Second);

    // From a chance on, up to the next step's.
    private readonly record struct Step(double From, Prices Prices);
}
