using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Core.Pricing;

/// <summary>
/// Reads a book file: JSON with every offer of a league, described in docs/markets.md. Strict: an unknown or missing member, a kind of market that the
/// league does not have, a number out of range is refused with its place.
/// </summary>
public static class LeagueBookFile
{
    private const double MostPercent = 25;

    /// <summary>Reads a book.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="FormatException">It is not a book; the message says what is wrong and where.</exception>
    public static LeagueBook Read(ReadOnlySpan<byte> json, string name)
    {
        BookJson book;
        try
        {
            book = JsonSerializer.Deserialize(json, BookJsonContext.Default.BookJson) ?? throw new FormatException($"{name} is empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{name} is not a book: {e.Message}", e);
        }

        var at = new Place(name);
        if (!Leagues.TryParse(book.League, out var league))
        {
            throw at.Wrong("league", book.League, "nfl, nba or mlb");
        }

        var offers = new List<MarketOffer>();
        var players = new Dictionary<PlayerStatistic, MarketOffer>();
        for (var i = 0; i < book.Markets.Count; i++)
        {
            var offer = ReadOffer(book.Markets[i], league, at.In($"markets[{i}]"));
            if (offer.Type == MarketType.PlayerProp)
            {
                if (!players.TryAdd(StatisticOf(book.Markets[i], league, at.In($"markets[{i}]")), offer))
                {
                    throw at.In($"markets[{i}]").Wrong("statistic", book.Markets[i].Statistic, "each statistic once");
                }

                continue;
            }

            if (offers.Exists(other => other.Type == offer.Type && other.Scope == offer.Scope))
            {
                throw at.In($"markets[{i}]").Wrong("type", book.Markets[i].Type, "each kind of market once a scope");
            }

            offers.Add(offer);
        }

        return new LeagueBook
        {
            League = league,
            Version = at.Check("version", book.Version, book.Version.Length is > 0 and <= 40, "1 to 40 characters"),
            Offers = offers,

            // A book that says nothing of players leaves their markets as they are in the program's own.
            Players = players.Count > 0 ? players : LeagueBook.For(league).Players,
            LeastFair = Probability.RoundNearest(at.Check("least_fair", book.LeastFair, book.LeastFair is >= 0 and <= 0.2, "0 to 0.2")),
            ShortestPrice = Price(book.ShortestPrice, at, "shortest_price"),
            LongestPrice = Price(book.LongestPrice, at, "longest_price"),
        };
    }

    /// <summary>The bytes of the book that the program carries for a league.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a league.</exception>
    public static byte[] EmbeddedBytes(League league)
    {
        var name = $"{league.Code()}-book.json";
        using var stream = typeof(LeagueBookFile).Assembly.GetManifestResourceStream($"Oddswire.Core.Pricing.Books.{name}")
            ?? throw new ArgumentOutOfRangeException(nameof(league), league, "Not a league; expected nfl, nba or mlb.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    internal static LeagueBook ReadEmbedded(League league) => Read(EmbeddedBytes(league), $"{league.Code()}-book.json");

    private static MarketOffer ReadOffer(OfferJson offer, League league, Place at)
    {
        var scope = MarketScope.FullGame;
        if ((offer.Scope is { } text && !MarketScopes.TryParse(text, out scope)) || !MarketScopes.Of(league).Contains(scope))
        {
            throw at.Wrong("scope", offer.Scope, $"one of {string.Join(", ", MarketScopes.Of(league).ToArray().Select(MarketScopes.Name))}");
        }

        var type = Enum.GetValues<MarketType>().FirstOrDefault(value => value != MarketType.None && MarketKey.NameOf(value) == offer.Type);
        if (!IsOf(league, type, scope))
        {
            throw at.Wrong("type", offer.Type, $"a kind of market that {league.Code()} has in this scope");
        }

        var isProp = type == MarketType.PlayerProp;
        var hasLadder = type is MarketType.Spread or MarketType.Total or MarketType.TeamTotal || (isProp && offer.FixedLines is null);
        var hasFixed = type is MarketType.RaceTo or MarketType.HalfInningRuns || (isProp && offer.FixedLines is not null);
        if (!isProp && offer.Statistic is not null)
        {
            throw at.Wrong("statistic", offer.Statistic, "nothing for this kind of market");
        }

        if ((offer.Lines is not null) != hasLadder)
        {
            throw at.Wrong("lines", offer.Lines is null ? "nothing" : "lines", hasLadder ? "an object with step, alternates, …" : "nothing for this kind of market");
        }

        if ((offer.FixedLines is { Count: > 0 and <= 12 }) != hasFixed)
        {
            throw at.Wrong("fixed_lines", offer.FixedLines?.Count.ToString(CultureInfo.InvariantCulture), hasFixed ? "1 to 12 lines" : "nothing for this kind of market");
        }

        var margin = Rule(offer.Margin, at.In("margin"));
        var read = new MarketOffer
        {
            Scope = scope,
            Type = type,
            Margin = margin,
            AlternateMargin = offer.AlternateMargin is { } alternate ? Rule(alternate, at.In("alternate_margin")) : margin,
            Ladder = offer.Lines is { } lines ? Ladder(lines, type, at.In("lines")) : null,
            FixedLines = [.. (offer.FixedLines ?? []).Select(line => LineOf(line, at, "fixed_lines"))],
        };
        return isProp && !IsHalf(read)
            ? throw at.Wrong(hasFixed ? "fixed_lines" : "lines", "not on half points", hasFixed ? "one half point for a player's market" : "whole steps from a half point for a player's market")
            : read;
    }

    private static PlayerStatistic StatisticOf(OfferJson offer, League league, Place at) =>
        PropStatistics.TryParse(offer.Statistic ?? "", out var statistic) && PropStatistics.Of(league).Contains(statistic)
            ? statistic
            : throw at.Wrong("statistic", offer.Statistic, $"one of {string.Join(", ", PropStatistics.Of(league).ToArray().Select(PropStatistics.Name))}");

    // The laws of players' statistics are laws of whole numbers, and their markets know no push.
    private static bool IsHalf(MarketOffer offer) => offer.Ladder is { } style
        ? style.OffsetHundredths % 100 == 50 && style.StepHundredths % 100 == 0 && style.AlternateStepHundredths % 100 == 0
        : offer.FixedLines is [var line] && line.Hundredths % 100 == 50;

    private static bool IsOf(League league, MarketType type, MarketScope scope) => type switch
    {
        MarketType.Moneyline or MarketType.Spread or MarketType.Total or MarketType.TeamTotal => true,
        MarketType.ThreeWay => league == League.Nfl || scope != MarketScope.FullGame,
        MarketType.PlayerProp or MarketType.NextScore or MarketType.RaceTo => scope == MarketScope.FullGame,
        MarketType.DriveResult or MarketType.DriveScore => league == League.Nfl && scope == MarketScope.FullGame,
        MarketType.HalfInningRuns => league == League.Mlb && scope == MarketScope.FullGame,
        _ => false,
    };

    private static LadderStyle Ladder(LinesJson lines, MarketType type, Place at)
    {
        var least = lines.Least ?? 0;
        var step = Hundredths(at.Check("step", lines.Step, lines.Step is 0.5 or >= 1 and <= 10 && lines.Step % 0.5 == 0, "0.5, 1, 1.5 … 10"));
        return new LadderStyle(
            step,
            lines.Offset is { } offset
                ? Hundredths(at.Check("offset", offset, offset >= 0 && offset < lines.Step && offset % 0.5 == 0 && (!lines.HalfPointsOnly || offset % 1 == 0.5), "halves below step, off whole points where half_points_only is set"))
                : lines.HalfPointsOnly ? 50 : 0,
            Hundredths(at.Check("alternate_step", lines.AlternateStep ?? lines.Step, (lines.AlternateStep ?? lines.Step) is > 0 and <= 50, "0.5 to 50")),
            (int)at.Check("alternates", lines.Alternates, lines.Alternates is >= 0 and <= 20, "0 to 20"),
            Chance.Of(at.Check("stickiness", lines.Stickiness, lines.Stickiness is >= 0 and <= 0.25, "0 to 0.25")),
            Hundredths(at.Check("least", least, least == 0 || (type == MarketType.Spread && least is > 0 and <= 5 && least % 0.5 == 0), "0.5, 1 … 5, on spreads only")));
    }

    private static MarginRule Rule(MarginJson margin, Place at)
    {
        var method = Enum.GetValues<MarginMethod>().Cast<MarginMethod?>().FirstOrDefault(value => Margin.NameOf(value!.Value) == margin.Method)
            ?? throw at.Wrong("method", margin.Method, $"one of {string.Join(", ", Enum.GetValues<MarginMethod>().Select(Margin.NameOf))}");
        var percent = at.Check("percent", margin.Percent, margin.Percent is >= 0.5 and <= MostPercent, $"0.5 to {MostPercent}");
        return new MarginRule(method, (int)Math.Round(percent * 100));
    }

    private static Line LineOf(double points, Place at, string member) =>
        new(Hundredths(at.Check(member, points, points is > 0 and < 1_000 && points % 0.5 == 0, "halves and wholes from 0.5 to 999.5")));

    private static DecimalOdds Price(decimal price, Place at, string member) =>
        DecimalOdds.FromThousandths((int)Math.Round(1000 * at.Check(member, price, price is >= 1.001m and <= 1000, "1.001 to 1000")));

    private static int Hundredths(double points) => (int)Math.Round(points * 100);

    private readonly record struct Place(string Path)
    {
        public Place In(string member) => new($"{Path}: {member}");

        public T Check<T>(string member, T value, bool isRight, string expected) =>
            isRight ? value : throw Wrong(member, Convert.ToString(value, CultureInfo.InvariantCulture), expected);

        public FormatException Wrong(string member, string? value, string expected) => new($"{Path}: {member} is '{value}'; expected {expected}.");
    }
}

/// <summary>A book file's JSON.</summary>
internal sealed record BookJson
{
    public required string League { get; init; }

    public required string Version { get; init; }

    public required double LeastFair { get; init; }

    public required decimal ShortestPrice { get; init; }

    public required decimal LongestPrice { get; init; }

    public required List<OfferJson> Markets { get; init; }
}

/// <summary>An offer in a book file.</summary>
internal sealed record OfferJson
{
    public string? Scope { get; init; }

    public required string Type { get; init; }

    public string? Statistic { get; init; }

    public required MarginJson Margin { get; init; }

    public MarginJson? AlternateMargin { get; init; }

    public LinesJson? Lines { get; init; }

    public List<double>? FixedLines { get; init; }
}

/// <summary>A ladder in a book file.</summary>
internal sealed record LinesJson
{
    public required double Step { get; init; }

    public required bool HalfPointsOnly { get; init; }

    public required int Alternates { get; init; }

    public double? AlternateStep { get; init; }

    public double? Offset { get; init; }

    public double? Least { get; init; }

    public required double Stickiness { get; init; }
}

/// <summary>A margin in a book file.</summary>
internal sealed record MarginJson
{
    public required string Method { get; init; }

    public required double Percent { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(BookJson))]
internal sealed partial class BookJsonContext : JsonSerializerContext;
