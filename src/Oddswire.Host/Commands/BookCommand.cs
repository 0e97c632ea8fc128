using System.CommandLine;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Props;
using Oddswire.Host.Composition;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire book show|check</c>: which markets are offered, with which margins and limits.</summary>
internal static class BookCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand(
            "book",
            "Show or check a league's book: which markets are offered, with which lines, margins and limits (docs/markets.md).",
            "oddswire book show --league nfl",
            "oddswire book show --league nfl > .oddswire/books/nfl-book.json",
            "oddswire book check my-book.json");
        command.Add(CreateShow());
        command.Add(CreateCheck());
        return command;
    }

    private static ExampleCommand CreateShow()
    {
        var league = new Option<string>("--league") { Description = "nfl, nba or mlb.", Required = true };
        var command = new ExampleCommand(
            "show",
            "Print the book that the data folder uses: the one in its books/, or the built-in one.",
            "oddswire book show --league mlb",
            "oddswire book show --league mlb --json") { league };
        command.SetAction(parsed => Show(parsed.GetRequiredValue(league), parsed.GetRequiredValue(Cli.Data), parsed.GetValue(Cli.Json)));
        return command;
    }

    private static ExampleCommand CreateCheck()
    {
        var file = new Argument<string>("FILE") { Description = "A book file." };
        var command = new ExampleCommand("check", "Validate a book file: report what is wrong with it, or what it offers.", "oddswire book check my-book.json") { file };
        command.SetAction(parsed => Check(parsed.GetRequiredValue(file), parsed.GetValue(Cli.Json)));
        return command;
    }

    private static int Show(string leagueText, string data, bool json)
    {
        var league = OddsCommand.ParseLeagues(leagueText)[0];
        var folder = DataFolder.At(data);
        var book = Books.For(folder, league);
        var path = Books.PathOf(folder, league);
        if (json)
        {
            Cli.PrintJson(Summary(book));
        }
        else
        {
            Console.Out.Write(File.Exists(path) ? File.ReadAllText(path) : Encoding.UTF8.GetString(LeagueBookFile.EmbeddedBytes(league)));
        }

        return ExitCodes.Ok;
    }

    private static int Check(string path, bool json)
    {
        var book = Books.Read(path);
        Console.Out.WriteLine($"{book.Version}: {book.Offers.Count} kinds of markets and {book.Players.Count} statistics of players of {book.League.Code()}, prices {book.ShortestPrice} to {book.LongestPrice}");
        if (json)
        {
            Cli.PrintJson(Summary(book));
        }

        return ExitCodes.Ok;
    }

    private static object Summary(LeagueBook book) => new
    {
        league = book.League.Code(),
        version = book.Version,
        leastFair = book.LeastFair.ToString(),
        shortestPrice = book.ShortestPrice.ToString(),
        longestPrice = book.LongestPrice.ToString(),
        markets = AllOf(book).Select(static entry => new
        {
            scope = entry.Offer.Scope.Name(),
            type = MarketKey.NameOf(entry.Offer.Type),
            statistic = entry.Statistic,
            margin = new { method = Margin.NameOf(entry.Offer.Margin.Method), percent = entry.Offer.Margin.OverroundBasisPoints / 100.0 },
            alternateMargin = new { method = Margin.NameOf(entry.Offer.AlternateMargin.Method), percent = entry.Offer.AlternateMargin.OverroundBasisPoints / 100.0 },
            alternates = entry.Offer.Ladder?.Alternates,
            fixedLines = entry.Offer.FixedLines.Count == 0 ? null : entry.Offer.FixedLines.Select(line => line.Points),
        }),
    };

    private static IEnumerable<(MarketOffer Offer, string? Statistic)> AllOf(LeagueBook book) =>
        book.Offers.Select(static offer => (offer, (string?)null)).Concat(book.Players.Select(static entry => (entry.Value, (string?)entry.Key.Name())));
}
