using Google.Protobuf;
using Oddswire.Core.Wire;
using Events = Oddswire.Contracts.Events.V1;
using Odds = Oddswire.Contracts.Odds.V1;

namespace Oddswire.Tests.Wire;

/// <summary>
/// What stands on the wire, readable and in full: a change of a contract or of a codec shows up here as a difference.
/// ODDSWIRE_UPDATE_SNAPSHOTS=1 writes the files anew; look at the difference before committing it.
/// </summary>
public sealed class ContractSnapshotTests
{
    private static readonly JsonFormatter Readable = new(JsonFormatter.Settings.Default.WithIndentation().WithFormatDefaultValues(false));

    private readonly ProtoWriter _writer = new();

    [Fact]
    public void An_odds_update_on_the_wire()
    {
        OddsUpdateCodec.Write(_writer, Samples.OddsUpdate);
        Compare("odds-update", Odds.OddsUpdate.Parser.ParseFrom(_writer.Written));
    }

    [Fact]
    public void A_raw_message_on_the_wire()
    {
        RawMessageCodec.Write(_writer, Samples.RawMessage);
        Compare("raw-message", Events.RawMessage.Parser.ParseFrom(_writer.Written));
    }

    [Fact]
    public void A_normalised_event_on_the_wire()
    {
        NormalizedEventCodec.Write(_writer, Samples.NormalizedEvent);
        Compare("normalized-event", Events.NormalizedEvent.Parser.ParseFrom(_writer.Written));
    }

    [Fact]
    public void A_dead_letter_on_the_wire()
    {
        DeadLetterCodec.Write(_writer, Samples.DeadLetter);
        Compare("dead-letter", Events.DeadLetter.Parser.ParseFrom(_writer.Written));
    }

    private void Compare(string name, IMessage message)
    {
        var text = $"{Readable.Format(message)}\n\n{Convert.ToHexStringLower(_writer.Written)}\n";
        var file = Path.Combine(Folder(), $"{name}.txt");
        if (Environment.GetEnvironmentVariable("ODDSWIRE_UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(file, text);
        }

        text.ShouldBe(File.ReadAllText(file), $"{name} is not on the wire what it was");
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Oddswire.slnx")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "tests/Oddswire.Tests/Wire/Snapshots");
    }
}
