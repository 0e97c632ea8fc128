using System.CommandLine;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Composition;

namespace Oddswire.Host.Commands.Verify;

/// <summary><c>oddswire verify</c>: all invariants on a data folder.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var skipArchive = new Option<bool>("--no-archive") { Description = "Check only the log and the board." };
        var command = new ExampleCommand(
            "verify",
            "Prove that nothing is lost, duplicated or out of order: recompute every stage from its input, and check chains, board, public stream, archive and rollups.",
            "oddswire verify",
            "oddswire verify --json --data /srv/oddswire",
            "oddswire verify --log kafka --bootstrap localhost:9092")
        { skipArchive };
        LogCli.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(
            LogCli.ReadPlace(parsed), !parsed.GetValue(skipArchive), parsed.GetValue(Cli.Json), ct));
        return command;
    }

    private static async Task<int> RunAsync(LogPlace place, bool archive, bool json, CancellationToken ct)
    {
        await using var access = place.Open();
        var (folder, log) = (access.Folder, access.Log);
        var checks = new List<VerifyCheck>();
        var digests = new SortedDictionary<string, string>();
        long updates = 0, games = 0;
        foreach (var league in Leagues.All)
        {
            if ((await log.DescribeAsync(Topics.Raw(league), ct)).Count == 0)
            {
                continue;
            }

            var verifier = new LogVerifier(log, league);
            await foreach (var check in verifier.RunAsync(Pipeline.Normalise(league), Pipeline.Price(league, Books.For(folder, league)), ct))
            {
                Report(checks, check);
            }

            digests[league.Code()] = verifier.Digest;
            updates += verifier.Updates;
            games += verifier.Games;
        }

        await using var edge = Edge.OpenExisting(folder, place.Edge, TimeProvider.System);
        if (edge is not null)
        {
            foreach (var league in digests.Keys.Select(ParseLeague))
            {
                if (await new EdgeVerifier(log, edge, league).RunAsync(ct) is { } check)
                {
                    Report(checks, check);
                }
            }
        }

        if (archive && checks.Count > 0)
        {
            foreach (var check in await ArchiveChecks.RunAsync(folder, log, [.. digests.Keys.Select(ParseLeague)], ct))
            {
                Report(checks, check);
            }
        }

        if (checks.Count == 0)
        {
            throw new UserErrorException(ExitCodes.Usage, $"{access.Name} holds no log.", "Start 'oddswire up' or 'oddswire replay' first, or name another folder with --data.");
        }

        var ok = checks.All(check => check.Ok);
        Console.Out.WriteLine(ok
            ? $"all {checks.Count} checks hold: {updates:N0} updates of {games:N0} games"
            : $"{checks.Count(check => !check.Ok)} of {checks.Count} checks FAIL");
        if (json)
        {
            Cli.PrintJson(new { ok, updates, games, digests, checks });
        }

        return ok ? ExitCodes.Ok : ExitCodes.CheckFailed;
    }

    private static League ParseLeague(string code) => OddsCommand.ParseLeagues(code)[0];

    private static void Report(List<VerifyCheck> checks, VerifyCheck check)
    {
        checks.Add(check);
        Console.Out.WriteLine($"{(check.Ok ? "ok  " : "FAIL")}  {check.Name,-33} {check.Detail}");
    }
}
