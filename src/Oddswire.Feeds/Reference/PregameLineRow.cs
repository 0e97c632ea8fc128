using System.Globalization;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Feeds.Reference;

/// <summary>The current row of a file of pregame lines.</summary>
internal sealed class PregameLineRow(CsvRows csv, string name, PregameLineLayout layout, string[] header)
{
    private const int LongestPrice = 100_000;
    private const double LowestBook = 0.9;
    private const double HighestBook = 1.4;
    private const int MostPoints = 300;
    private readonly bool _hasResults = layout.Results.AreIn(header);

    /// <summary>The game and its line; null when the row has none.</summary>
    /// <exception cref="ReferenceDataException">A value is absurd.</exception>
    public (GameId Game, PregameLine Line)? Read()
    {
        if (csv.Fields.Count != header.Length)
        {
            throw Refused($"{csv.Fields.Count} fields where the header has {header.Length}. Is the line cut off?");
        }

        var id = Field(layout.Id);
        if (!GameId.IsVendorId(id))
        {
            throw Refused(layout.Id, id, "a game id");
        }

        var line = new PregameLine
        {
            HomeMarginHundredths = layout.Spread is { } spread && Number(spread, -layout.MaxMargin, layout.MaxMargin) is { } points
                ? points * layout.SpreadSign
                : null,
            TotalHundredths = Number(layout.Total, layout.MinTotal, layout.MaxTotal),
            HomeWin = HomeWin(),
        };
        return line == new PregameLine() ? null : (GameId.Of(layout.League, id), line);
    }

    /// <summary>How the game ended; null when the file does not say, or it has not been played.</summary>
    public PlayedGame? Result()
    {
        if (!_hasResults || csv.Fields.Count != header.Length || !GameId.IsVendorId(Field(layout.Id)))
        {
            return null;
        }

        var columns = layout.Results;
        return DateOnly.TryParse(Field(columns.Day), CultureInfo.InvariantCulture, out var day)
            && Points(columns.HomeScore) is { } home && Points(columns.AwayScore) is { } away
            && Field(columns.Home) is { Length: > 0 and <= 8 } homeTeam && Field(columns.Away) is { Length: > 0 and <= 8 } awayTeam
            ? new PlayedGame(GameId.Of(layout.League, Field(layout.Id)).Value, day, homeTeam, awayTeam, home - away)
            : null;
    }

    private int? Points(string column) =>
        int.TryParse(Field(column), NumberStyles.None, CultureInfo.InvariantCulture, out var points) && points <= MostPoints ? points : null;

    private Probability? HomeWin()
    {
        if (Moneyline(layout.HomeMoneyline) is not { } home || Moneyline(layout.AwayMoneyline) is not { } away)
        {
            return null;
        }

        var book = home + away;
        return book is >= LowestBook and <= HighestBook
            ? Probability.RoundNearest(home / book)
            : throw Refused($"columns '{layout.HomeMoneyline}' and '{layout.AwayMoneyline}': the prices imply {book:P1} together; expected 90 % to 140 %.");
    }

    /// <summary>The probability that American odds imply, the vig included.</summary>
    private double? Moneyline(string column)
    {
        var text = Field(column);
        if (text.Length == 0)
        {
            return null;
        }

        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var odds) || Math.Abs(odds) is < 100 or > LongestPrice)
        {
            throw Refused(column, text, $"American odds, -{LongestPrice} to -100 or 100 to {LongestPrice}");
        }

        return (double)(odds < 0 ? -odds / (100 - odds) : 100 / (odds + 100));
    }

    private int? Number(string column, decimal lowest, decimal highest)
    {
        var text = Field(column);
        if (text.Length == 0)
        {
            return null;
        }

        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= lowest && number <= highest
            ? (int)Math.Round(number * 100, MidpointRounding.AwayFromZero)
            : throw Refused(column, text, $"a number of points from {lowest} to {highest}");
    }

    private string Field(string column) => csv.Fields[Array.IndexOf(header, column)];

    private ReferenceDataException Refused(string column, string value, string expected) =>
        Refused($"column '{column}' holds '{(value.Length > 40 ? value[..40] + "…" : value)}'; expected {expected}.");

    private ReferenceDataException Refused(string what) => new($"'{name}', line {csv.Line}: {what} The row is left out; correct it and import again.");
}
