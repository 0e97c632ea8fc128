using System.CommandLine;
using System.Text;
using Oddswire.Board.Views;
using Oddswire.Core.Domain;
using Oddswire.Host.Composition;

namespace Oddswire.Host.Commands.Explain;

/// <summary><c>oddswire explain UPDATE_ID</c>: where a price comes from.</summary>
internal static class ExplainCommand
{
    private const int ShownBodyBytes = 4_000;
    private const int LabelWidth = 22;
    private static readonly TimeSpan ArchivePatience = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var id = new Argument<string>("UPDATE_ID") { Description = "The update's id: 32 hexadecimal digits, as the board, the API and the archive show it." };
        var command = new ExampleCommand(
            "explain",
            "Trace a price back to the feed's bytes, and recompute it bit for bit.",
            "oddswire explain 0f343b0931126a20f133d67c2b018a3b",
            "oddswire explain $(oddswire query \"select id from odds_updates limit 1\" --format TSVRaw)")
        { id };
        LogCli.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(
            parsed.GetRequiredValue(id), LogCli.ReadPlace(parsed), parsed.GetValue(Cli.Json), ct));
        return command;
    }

    private static async Task<int> RunAsync(string text, LogPlace place, bool json, CancellationToken ct)
    {
        if (!UpdateId.TryParse(text, out var id))
        {
            throw new UserErrorException(
                ExitCodes.Usage, $"'{text}' is not an update id.", "Give 32 hexadecimal digits; 'oddswire odds GAME --json' lists the ids of a game's current prices.");
        }

        await using var access = place.Open();
        var (folder, log) = (access.Folder, access.Log);
        var trace = await new UpdateTracer(log, access.Folder).TraceAsync(id, ct) ?? throw new UserErrorException(
            ExitCodes.CheckFailed, $"No update {id} is in {access.Name}.", "Check the id and --data; retention may have removed it.");
        var hops = Hops(trace).ToList();
        if (await ArchivedAtAsync(folder, id, ct) is { } archived)
        {
            hops.Add(new HopTime("archived", archived.ToString(), (archived - trace.Raw.ReceivedAt).TotalMilliseconds, "block closed for the archive"));
        }

        Print(trace, hops);
        if (json)
        {
            Cli.PrintJson(ToJson(trace, hops));
        }

        return trace.IsBitForBitEqual ? ExitCodes.Ok : ExitCodes.CheckFailed;
    }

    private static void Print(UpdateTrace trace, IReadOnlyList<HopTime> hops)
    {
        var (update, cause) = (trace.Update, trace.Explanation.Cause);
        Head("price");
        Line("update", $"{update.Id}");
        Line("game", $"{update.GameId}, epoch {update.Epoch}, sequence {update.Sequence} after {update.PreviousSequence}");
        Line("market", $"{update.Market}{(update.IsMainLine ? " (main line)" : "")}, {GameLabels.Snake(update.Status)}{(update.Reason == StatusReason.None ? "" : $" because {GameLabels.Snake(update.Reason)}")}");
        for (var i = 0; i < update.SelectionCount; i++)
        {
            var selection = update.SelectionAt(i);
            Line(GameLabels.Snake(selection.Code), $"{selection.Price} ({AmericanOdds.RoundNearest(selection.Price)}), fair probability {selection.Fair}");
        }

        Line("recomputed", trace.IsBitForBitEqual ? "yes, bit for bit equal" : "NO: the recomputed bytes differ from those in the log");

        Head($"model {update.ModelVersion}");
        var width = trace.Explanation.Figures.Select(figure => figure.Name.Length).Append(LabelWidth).Max();
        foreach (var figure in trace.Explanation.Figures)
        {
            Line(figure.Name, figure.Value, width);
        }

        Head("event");
        Line("id", $"{cause.Event.Id}, revision {cause.Revision}, {GameLabels.Snake(cause.Disposition)}");
        Line("what", $"{GameLabels.Snake(cause.Event.Kind)}{(cause.Event.Words.Length > 0 ? ": " : "")}{cause.Event.Words}");
        Line("state after", $"{GameLabels.Snake(cause.After.Phase)}, period {cause.After.Period}, score {cause.After.Score}{Clock(cause.After)}");

        Head("hops");
        foreach (var hop in hops)
        {
            Line(hop.Name, $"{hop.At}{(hop.SinceReceivedMs is { } ms ? $"  +{ms:0.000} ms" : "")}  {hop.Where}");
        }

        Head($"bytes of the feed ({trace.Raw.Format}, {trace.Raw.Message.Source}/{trace.Raw.Message.Feed}, sequence {trace.Raw.Message.Sequence})");
        var body = trace.Raw.Message.Body.Span;
        Console.Out.WriteLine(Encoding.UTF8.GetString(body[..Math.Min(body.Length, ShownBodyBytes)]));
        if (body.Length > ShownBodyBytes)
        {
            Console.Out.WriteLine($"… {body.Length - ShownBodyBytes} more bytes (--json has them all)");
        }
    }

    private static object ToJson(UpdateTrace trace, IReadOnlyList<HopTime> hops) => new
    {
        updateId = trace.Update.Id.ToString(),
        game = trace.Update.GameId.Value,
        market = trace.Update.Market.ToString(),
        modelVersion = trace.Update.ModelVersion,
        bitForBitEqual = trace.IsBitForBitEqual,
        eventId = trace.Explanation.Cause.Event.Id,
        revision = trace.Explanation.Cause.Revision,
        score = trace.Explanation.Cause.After.Score.ToString(),
        figures = trace.Explanation.Figures.Select(figure => new { figure.Name, figure.Value }),
        hops,
        feed = new { trace.Raw.Format, trace.Raw.Message.Source, trace.Raw.Message.Feed, trace.Raw.Message.Sequence },
        bytes = Encoding.UTF8.GetString(trace.Raw.Message.Body.Span),
    };

    /// <summary>When the archive took the update; null when it has not, or cannot be asked: the price is explained without.</summary>
    private static async Task<Timestamp?> ArchivedAtAsync(DataFolder folder, UpdateId id, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(ArchivePatience);
        try
        {
            await using var archive = await ArchiveAccess.OpenAsync(folder, patience.Token);
            var answer = await archive.Client.TextAsync(
                $"SELECT toUnixTimestamp64Micro(min(archived_at)) FROM odds_updates WHERE id = '{id}' HAVING count() > 0", patience.Token);
            return long.TryParse(answer.Trim(), out var micros) ? new Timestamp(micros) : null;
        }
        catch (Exception e) when (e is UserErrorException or Infrastructure.Stores.ClickHouse.ClickHouseException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }

    private static IEnumerable<HopTime> Hops(UpdateTrace trace)
    {
        var received = trace.Raw.ReceivedAt;
        yield return new HopTime("published", trace.Raw.Message.PublishedAt.ToString(), null, "by the vendor's clock");
        yield return new HopTime("received", received.ToString(), 0, "by ingest");
        foreach (var (name, record) in new[] { ("raw", trace.RawRecord), ("normalised", trace.Normalized), ("priced", trace.Odds) })
        {
            yield return new HopTime(name, record.AppendedAt.ToString(), (record.AppendedAt - received).TotalMilliseconds, $"{record.Partition} offset {record.Offset}");
        }
    }

    private static string Clock(GameState state) => state.ClockTenths < 0 ? "" : $", {state.ClockTenths / 600}:{state.ClockTenths / 10 % 60:00} left";

    private static void Head(string text) => Console.Out.WriteLine($"\n{text}");

    private static void Line(string name, string text, int width = LabelWidth) => Console.Out.WriteLine($"  {name.PadRight(width)} {text}");

    private sealed record HopTime(string Name, string At, double? SinceReceivedMs, string Where);
}
