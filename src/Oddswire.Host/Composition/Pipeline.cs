using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Pipeline.Price;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Feeds;

namespace Oddswire.Host.Composition;

/// <summary>The formats, rules and stages of the product, in one place: what runs, what verifies and what measures are the same.</summary>
internal static class Pipeline
{
    /// <summary>Every vendor format.</summary>
    public static IReadOnlyList<IFeedFormat> Formats => FeedFormats.All;

    /// <summary>A fresh normalise stage.</summary>
    public static NormaliseStage Normalise(League league) => new(league, Rules(league));

    /// <summary>A fresh price stage with the program's own book, or another.</summary>
    public static PriceStage Price(League league, LeagueBook? book = null) => new(league, book: book);

    /// <summary>A league's rules.</summary>
    public static IGameRules Rules(League league) => league switch
    {
        League.Nfl => new FootballRules(),
        League.Nba => new BasketballRules(),
        League.Mlb => new BaseballRules(),
        _ => throw new ArgumentOutOfRangeException(nameof(league), league, "Not a league."),
    };
}
