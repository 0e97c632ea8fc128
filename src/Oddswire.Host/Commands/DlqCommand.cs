using System.CommandLine;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Composition;
using Oddswire.Host.Roles;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire dlq list|show|replay</c>: refused messages, with their reasons and original bytes.</summary>
internal static class DlqCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand(
            "dlq",
            "List, show and replay rejected messages: malformed ones (dlq) and suspicious ones (quarantine).",
            "oddswire dlq list",
            "oddswire dlq show dlq.nba:0:17",
            "oddswire dlq replay dlq.nba:0:17",
            "oddswire dlq replay --all --league nba");
        command.Add(CreateList());
        command.Add(CreateShow());
        command.Add(CreateReplay());
        return command;
    }

    private static ExampleCommand CreateList()
    {
        var league = new Option<string?>("--league") { Description = "Only nfl, nba or mlb." };
        var command = new ExampleCommand("list", "List the rejected messages with their reasons.", "oddswire dlq list", "oddswire dlq list --league mlb --json") { league };
        LogCli.AddTo(command);
        command.SetAction((parsed, ct) => ListAsync(parsed.GetValue(league), LogCli.ReadPlace(parsed), parsed.GetValue(Cli.Json), ct));
        return command;
    }

    private static ExampleCommand CreateShow()
    {
        var id = new Argument<string>("ID") { Description = "The message's id, as the list shows it." };
        var command = new ExampleCommand("show", "Show a rejected message: why and where it was rejected, and its bytes.", "oddswire dlq show dlq.nba:0:17") { id };
        LogCli.AddTo(command);
        command.SetAction((parsed, ct) => ShowAsync(parsed.GetRequiredValue(id), LogCli.ReadPlace(parsed), parsed.GetValue(Cli.Json), ct));
        return command;
    }

    private static ExampleCommand CreateReplay()
    {
        var ids = new Argument<string[]>("ID") { Description = "The messages to send again.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All messages that have not been sent again yet." };
        var league = new Option<string?>("--league") { Description = "With --all: only nfl, nba or mlb." };
        var command = new ExampleCommand(
            "replay", "Send rejected messages through the pipeline again once the cause is fixed; each at most once.", "oddswire dlq replay dlq.nba:0:17", "oddswire dlq replay --all")
        { ids, all, league };
        LogCli.AddTo(command);
        command.SetAction((parsed, ct) => ReplayAsync(
            parsed.GetValue(ids) ?? [], parsed.GetValue(all), parsed.GetValue(league), LogCli.ReadPlace(parsed), parsed.GetValue(Cli.Json), ct));
        return command;
    }

    private static async Task<int> ListAsync(string? leagueText, LogPlace place, bool json, CancellationToken ct)
    {
        await using var access = place.Open();
        var (folder, log) = (access.Folder, access.Log);
        var letters = new List<StoredLetter>();
        foreach (var league in OddsCommand.ParseLeagues(leagueText))
        {
            letters.AddRange(await (await ServiceAsync(folder, log, league, ct)).ListAsync(ct));
        }

        foreach (var stored in letters)
        {
            Console.Out.WriteLine(
                $"{stored.Id,-22} {stored.AppendedAt}  {stored.Letter.Message.GameId,-22} {stored.Letter.Reason,-18} {(stored.IsReplayed ? "replayed  " : "")}{stored.Letter.Detail}");
        }

        Console.Out.WriteLine($"{letters.Count} rejected messages, {letters.Count(stored => stored.IsReplayed)} of them replayed");
        if (json)
        {
            Cli.PrintJson(new { letters = letters.Select(stored => ToJson(stored, withBody: false)) });
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> ShowAsync(string id, LogPlace place, bool json, CancellationToken ct)
    {
        await using var access = place.Open();
        var (folder, log) = (access.Folder, access.Log);
        var stored = await (await ServiceAsync(folder, log, LeagueOf(id), ct)).ShowAsync(id, ct) ?? throw NotFound(id);
        var letter = stored.Letter;
        Console.Out.WriteLine($"id        {stored.Id}");
        Console.Out.WriteLine($"game      {letter.Message.GameId}, {letter.Message.Source}/{letter.Message.Feed}, sequence {letter.Message.Sequence}");
        Console.Out.WriteLine($"rejected  by {letter.Stage} at {stored.AppendedAt}{(stored.IsReplayed ? ", replayed since" : "")}");
        Console.Out.WriteLine($"reason    {letter.Reason}: {letter.Detail}");
        Console.Out.WriteLine($"bytes     {letter.Message.Body.Length}");
        Console.Out.WriteLine(Readable(letter.Message.Body.Span[..Math.Min(4000, letter.Message.Body.Length)]));
        if (json)
        {
            Cli.PrintJson(ToJson(stored, withBody: true));
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> ReplayAsync(string[] ids, bool all, string? leagueText, LogPlace place, bool json, CancellationToken ct)
    {
        if (all == ids.Length > 0)
        {
            throw new UserErrorException(ExitCodes.Usage, "Say which messages to replay.", "Give their ids, or --all.");
        }

        await using var access = place.Open();
        var (folder, log) = (access.Folder, access.Log);
        var outcomes = new List<ReplayedLetter>();
        var byLeague = all
            ? OddsCommand.ParseLeagues(leagueText).Select(league => (league, ids: (IReadOnlyList<string>?)null))
            : ids.GroupBy(LeagueOf).Select(group => (league: group.Key, ids: (IReadOnlyList<string>?)[.. group]));
        foreach (var (league, wanted) in byLeague)
        {
            if ((await log.DescribeAsync(Topics.Raw(league), ct)).Count > 0)
            {
                outcomes.AddRange(await (await ServiceAsync(folder, log, league, ct)).ReplayAsync(wanted, ct));
            }
        }

        foreach (var outcome in outcomes)
        {
            Console.Out.WriteLine($"{outcome.Id,-22} {(outcome.IsSent ? "sent    " : "not sent")}  {outcome.Detail}");
        }

        var failed = outcomes.Count(outcome => !outcome.IsSent);
        Console.Out.WriteLine($"{outcomes.Count - failed} sent, {failed} not sent");
        if (json)
        {
            Cli.PrintJson(new { sent = outcomes.Count - failed, failed, letters = outcomes });
        }

        return failed == 0 ? ExitCodes.Ok : ExitCodes.CheckFailed;
    }

    private static async Task<DeadLetterService> ServiceAsync(DataFolder folder, IEventLog log, League league, CancellationToken ct)
    {
        var counts = new Dictionary<string, int> { [Topics.Raw(league)] = (await log.DescribeAsync(Topics.Raw(league), ct)).Count };
        return new DeadLetterService(log, league, Pipeline.Formats, counts, TimeProvider.System, References.LineLookup(folder));
    }

    private static League LeagueOf(string id)
    {
        var topic = id.Split(':')[0];
        return Leagues.TryParse(topic.AsSpan(topic.LastIndexOf('.') + 1), out var league) ? league : throw NotFound(id);
    }

    private static UserErrorException NotFound(string id) =>
        new(ExitCodes.Usage, $"There is no rejected message '{id}'.", "'oddswire dlq list' shows the ids, for example dlq.nba:0:17.");

    /// <summary>The bytes as text that cannot steer a terminal: control characters but line ends and tabs become dots.</summary>
    private static string Readable(ReadOnlySpan<byte> body) =>
        string.Concat(Encoding.UTF8.GetString(body).Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '.' : c));

    private static object ToJson(StoredLetter stored, bool withBody) => new
    {
        stored.Id,
        game = stored.Letter.Message.GameId.Value,
        stored.Letter.Message.Source,
        stored.Letter.Message.Feed,
        stored.Letter.Message.Sequence,
        stored.Letter.Stage,
        stored.Letter.Reason,
        stored.Letter.Detail,
        replayed = stored.IsReplayed,
        bytes = stored.Letter.Message.Body.Length,
        body = withBody ? Convert.ToBase64String(stored.Letter.Message.Body.Span) : null,
    };
}
