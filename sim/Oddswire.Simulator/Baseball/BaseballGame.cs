using System.Text;
using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Baseball;

/// <summary>A baseball game told in Retrosheet records (docs/feeds.md): a header, then one play or substitution a message.</summary>
internal sealed class BaseballGame : SimulatedGame
{
    private readonly List<BaseballEntry> _entries;
    private readonly int[] _times;
    private readonly string _id;

    public BaseballGame(Fixture fixture)
        : base(fixture)
    {
        _entries = new BaseballModel(fixture).Play();
        _times = Pace(fixture, _entries);
        _id = $"id,{fixture.Id.VendorId}\r\n";
    }

    /// <summary>The records of the game in order.</summary>
    public IReadOnlyList<BaseballEntry> Entries => _entries;

    /// <inheritdoc/>
    public override IReadOnlyList<int> PlayTimes => _times;

    /// <inheritdoc/>
    public override Score Final => _entries[^1].Score;

    /// <inheritdoc/>
    public override int Periods => _entries[^1].Inning;

    /// <inheritdoc/>
    public override bool CanBeCorrected(int play, bool atOnce) =>
        atOnce ? _entries[play] is { Kind: BaseballEntryKind.Play, Slip: not null, Inning: < 9 } : _entries[play].Slip is not null;

    /// <inheritdoc/>
    public override void Write(BodyWriter to, in ScriptItem item)
    {
        Put(to, _id);
        switch (item.Telling)
        {
            case Telling.Info:
                WriteHeader(to);
                break;
            case Telling.Heartbeat:
                Put(to, "version,2\r\n");
                break;
            case Telling.Wrong:
                Put(to, _entries[item.Play].Slip!);
                break;
            case Telling.WrongScore:
                PutHomeRun(to, _entries[item.Play]);
                break;
            default:
                Put(to, _entries[item.Play].Records);
                break;
        }
    }

    /// <summary>Writes the game as it stands in an event file.</summary>
    public void WriteRecording(BodyWriter to)
    {
        Put(to, _id);
        WriteHeader(to);
        foreach (var entry in _entries)
        {
            Put(to, entry.Records);
        }
    }

    /// <summary>About 20 s between turns at bat, 40 s between half-innings.</summary>
    private static int[] Pace(Fixture fixture, List<BaseballEntry> entries)
    {
        var random = new SeededRandom(SeededRandom.Mix(fixture.Seed, 31));
        var times = new int[entries.Count];
        var at = 1500;
        for (var i = 0; i < entries.Count; i++)
        {
            at += i > 0 && entries[i].Half != entries[i - 1].Half ? 20_000 : 0;
            times[i] = at;
            at += entries[i].Kind switch
            {
                BaseballEntryKind.AutomaticRunner => 2_000,
                BaseballEntryKind.Substitution => 15_000,
                _ => random.Between(12_000, 28_000),
            };
        }

        return times;
    }

    private static void Put(BodyWriter to, string text)
    {
        var room = to.Buffer.GetSpan(text.Length);
        to.Buffer.Advance(Encoding.ASCII.GetBytes(text, room));
    }

    /// <summary>The turn at bat as if the ball had left the park.</summary>
    private static void PutHomeRun(BodyWriter to, BaseballEntry entry)
    {
        Put(to, entry.Records[..(entry.Records.LastIndexOf(',') + 1)]);
        Put(to, "HR/F8");
        var separator = ".";
        for (var runner = 3; runner >= 1; runner--)
        {
            if ((entry.Runners & (1 << (runner - 1))) != 0)
            {
                Put(to, $"{separator}{runner}-H");
                separator = ";";
            }
        }

        Put(to, "\r\n");
    }

    private void WriteHeader(BodyWriter to)
    {
        var start = Fixture.ScheduledAt.ToDateTimeOffset();
        Put(to, $"version,2\r\ninfo,visteam,{Fixture.Away.Code}\r\ninfo,hometeam,{Fixture.Home.Code}\r\ninfo,site,{Fixture.Home.Code}01\r\n");
        Put(to, $"info,date,{start:yyyy'/'MM'/'dd}\r\ninfo,number,0\r\ninfo,starttime,{start.AddHours(-5):h':'mmtt}\r\ninfo,daynight,day\r\n");
        Put(to, "info,usedh,true\r\ninfo,innings,9\r\ninfo,tiebreaker,2\r\n");
        for (var half = 0; half < 2; half++)
        {
            var roster = BaseballRoster.All[(half == 0 ? Fixture.Away : Fixture.Home).Index];
            for (var batter = 0; batter < BaseballRoster.Batters; batter++)
            {
                var position = batter == BaseballRoster.Batters - 1 ? 10 : batter + 2;
                Put(to, $"start,{roster.Id(batter)},\"{roster.Name(batter)}\",{half},{batter + 1},{position}\r\n");
            }

            var pitcher = BaseballRoster.Pitcher(0);
            Put(to, $"start,{roster.Id(pitcher)},\"{roster.Name(pitcher)}\",{half},0,1\r\n");
        }
    }
}
