using System.CommandLine;
using Oddswire.Board.Views;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;
using Oddswire.Host.Commands.Verify;
using Oddswire.Host.Composition;
using Oddswire.Host.Roles;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire odds</c>: the current odds, read from the log, whether a platform runs or not.</summary>
internal static class OddsCommand
{
    public static Command Create()
    {
        var game = new Argument<string?>("GAME") { Description = "A game's id, to list all its markets. Default: the main markets of all games.", Arity = ArgumentArity.ZeroOrOne };
        var league = new Option<string?>("--league") { Description = "Only nfl, nba or mlb." };
        var command = new ExampleCommand(
            "odds", "Show the current odds.", "oddswire odds", "oddswire odds --league nba", "oddswire odds nfl:2015091000 --json")
        { game, league };
        LogCli.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(
            parsed.GetValue(game), parsed.GetValue(league), LogCli.ReadPlace(parsed), parsed.GetValue(Cli.Json), ct));
        return command;
    }

    private static async Task<int> RunAsync(string? gameText, string? leagueText, LogPlace place, bool json, CancellationToken ct)
    {
        var leagues = ParseLeagues(leagueText);
        GameId? wanted = null;
        if (gameText is not null)
        {
            wanted = GameId.TryParse(gameText, out var id)
                ? id
                : throw new UserErrorException(ExitCodes.Usage, $"'{gameText}' is not a game id.", "Write for example nfl:2015091000; 'oddswire odds' lists the games.");
            leagues = [id.League];
        }

        await using var access = place.Open();
        var log = access.Log;
        var games = new List<BoardSnapshot>();
        foreach (var league in leagues)
        {
            games.AddRange((await ReadBoardAsync(log, league, ct)).Where(game => wanted is null || game.GameId == wanted));
        }

        if (wanted is { } missing && games.Count == 0)
        {
            games.Add(await FoldAsync(log, missing, ct) ?? throw new UserErrorException(
                ExitCodes.CheckFailed, $"No game {missing} is in {access.Name}.", "'oddswire odds' lists the games that are on the board."));
        }

        Print(games, all: wanted is not null);
        if (json)
        {
            Cli.PrintJson(new { games = games.Select(game => ToJson(game, all: wanted is not null)) });
        }

        return ExitCodes.Ok;
    }

    internal static IReadOnlyList<League> ParseLeagues(string? text)
    {
        if (text is null)
        {
            return Leagues.All;
        }

        return Leagues.TryParse(text, out var league)
            ? [league]
            : throw new UserErrorException(ExitCodes.Usage, $"'{text}' is not a league.", "Write nfl, nba or mlb.");
    }

    /// <summary>The board's last checkpoint, and what has come since.</summary>
    private static async Task<IEnumerable<BoardSnapshot>> ReadBoardAsync(IEventLog log, League league, CancellationToken ct)
    {
        var group = PublishRole.SpecOf(league);
        var committed = (await log.CommittedAsync(group, ct)).ToDictionary(position => position.Partition, position => position.Offset);
        var board = new LiveBoard([league]).Find(league)!;
        foreach (var topic in group.Inputs)
        {
            foreach (var bounds in await log.DescribeAsync(topic, ct))
            {
                if (topic == group.Inputs[0])
                {
                    foreach (var (key, value) in await log.ReadStateAsync(group, bounds.Partition.Partition, ct))
                    {
                        if (BoardFold.IsGameKey(key))
                        {
                            board.Restore(bounds.Partition.Partition, value);
                        }
                    }
                }

                var from = Math.Max(bounds.EarliestOffset, committed.GetValueOrDefault(bounds.Partition));
                await foreach (var batch in log.ReadAllAsync(bounds with { EarliestOffset = from }, bounds.EndOffset, ct))
                {
                    board.Apply(batch);
                }
            }
        }

        return board.Games.Select(game => game.Read()).OrderBy(game => game.GameId.Value, StringComparer.Ordinal);
    }

    /// <summary>A game that has left the board is rebuilt from the log.</summary>
    private static async Task<BoardSnapshot?> FoldAsync(IEventLog log, GameId game, CancellationToken ct)
    {
        var fold = new BoardFold(game.League);
        foreach (var topic in PublishRole.SpecOf(game.League).Inputs)
        {
            foreach (var bounds in await log.DescribeAsync(topic, ct))
            {
                await foreach (var batch in log.ReadAllAsync(bounds, bounds.EndOffset, ct))
                {
                    fold.Apply(batch);
                }
            }
        }

        return fold.Games().FirstOrDefault(snapshot => snapshot.GameId == game);
    }

    private static void Print(List<BoardSnapshot> games, bool all)
    {
        foreach (var game in games)
        {
            var state = game.State;
            var teams = game.Info is { } info ? $"{info.Away.Name} at {info.Home.Name}" : "";
            Console.Out.WriteLine($"{game.GameId.Value,-22} {GameLabels.Snake(state.Phase),-9} {state.Score.Away,3}-{state.Score.Home,-3} period {state.Period}  {teams}");
            foreach (var quote in Shown(game, all))
            {
                var update = quote.Update;
                var prices = Enumerable.Range(0, update.SelectionCount).Select(update.SelectionAt).Select(Text);
                var status = update.Status == MarketStatus.Open ? "" : $"  {GameLabels.Snake(update.Status)}{(update.Reason == StatusReason.None ? "" : $" ({GameLabels.Snake(update.Reason)})")}";
                var version = update.SettlementVersion > 1 ? $", settlement version {update.SettlementVersion}" : "";
                Console.Out.WriteLine($"  {NameOf(update),-28} {string.Join("  ", prices)}{status}{version}");
            }
        }

        if (games.Count == 0)
        {
            Console.Out.WriteLine("no games on the board");
        }
    }

    private static string NameOf(in OddsUpdate update) =>
        update.PlayerName.Length == 0 ? update.Market.ToString() : $"{update.PlayerName} {update.Market.Statistic} {update.Market.Line} [{update.Market}]";

    private static IEnumerable<BoardQuote> Shown(BoardSnapshot game, bool all) => game.Quotes
        .Where(quote => all || (quote.Update.Market.Scope == MarketScope.FullGame
            && quote.Update is { Market.Type: MarketType.Moneyline } or { IsMainLine: true, Market.Type: MarketType.Spread or MarketType.Total }))
        .OrderBy(quote => quote.Update.Market.Scope).ThenBy(quote => quote.Update.Market.Type).ThenBy(quote => quote.Update.Market.Subject, StringComparer.Ordinal).ThenBy(quote => quote.Update.Market.Line);

    private static string Text(Selection selection)
    {
        var name = GameLabels.Snake(selection.Code);
        return selection.Result == SelectionResult.None
            ? $"{name} {selection.Price} ({AmericanOdds.RoundNearest(selection.Price)})"
            : $"{name} {GameLabels.Snake(selection.Result)}";
    }

    private static object ToJson(BoardSnapshot game, bool all) => new
    {
        game = game.GameId.Value,
        home = game.Info?.Home.Name,
        away = game.Info?.Away.Name,
        phase = GameLabels.Snake(game.State.Phase),
        period = game.State.Period,
        homeScore = game.State.Score.Home,
        awayScore = game.State.Score.Away,
        markets = Shown(game, all).Select(quote => new
        {
            updateId = quote.Update.Id.ToString(),
            market = quote.Update.Market.ToString(),
            player = quote.Update.PlayerName.Length == 0 ? null : quote.Update.PlayerName,
            main = quote.Update.IsMainLine,
            status = GameLabels.Snake(quote.Update.Status),
            reason = quote.Update.Reason == StatusReason.None ? null : GameLabels.Snake(quote.Update.Reason),
            settlementVersion = quote.Update.SettlementVersion,
            model = quote.Update.ModelVersion,
            sequence = quote.Update.Sequence,
            selections = Enumerable.Range(0, quote.Update.SelectionCount).Select(quote.Update.SelectionAt).Select(selection => new
            {
                selection = GameLabels.Snake(selection.Code),
                odds = selection.Price.IsOffered ? selection.Price.ToString() : null,
                american = selection.Price.IsOffered ? AmericanOdds.RoundNearest(selection.Price).ToString() : null,
                fairProbability = selection.Fair.ToString(),
                result = selection.Result == SelectionResult.None ? null : GameLabels.Snake(selection.Result),
            }),
        }),
    };
}
