using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Props;

/// <summary>Retrosheet's states: an event's row has the state before it, the batter and pitcher it is charged to, and his place in the order.</summary>
internal static class MlbPropReader
{
    /// <summary>The games of a file.</summary>
    /// <param name="file">The file, of which <paramref name="rows"/> is the reading.</param>
    /// <param name="rows">Its states, read row by row.</param>
    public static IEnumerable<PropGame> Read(CsvFile file, IEnumerable<ModelRow> rows)
    {
        MlbPropGameBuilder? builder = null;
        foreach (var row in rows)
        {
            if (builder is not null && builder.Game.Id != row.Game.Id)
            {
                yield return builder.End();
                builder = null;
            }

            builder ??= new MlbPropGameBuilder(row.Game);
            builder.Add(file, row);
        }

        if (builder is not null)
        {
            yield return builder.End();
        }
    }
}

/// <summary>A game as its rows come.</summary>
internal sealed class MlbPropGameBuilder(RecordedGame game)
{
    private readonly List<PropStep> _steps = [];
    private readonly List<PlayerChange> _lineUps = [];
    private readonly string?[] _slots = new string?[20];
    private readonly string?[] _pitchers = new string?[2];
    private List<PlayerChange> _changes = [];

    public RecordedGame Game { get; private set; } = game;

    public void Add(CsvFile file, ModelRow row)
    {
        Game = row.Game;
        var batting = row.State.Possession ?? Side.Away;
        var fielding = batting == Side.Home ? Side.Away : Side.Home;
        var (batter, pitcher, slot) = (file["resBatter"], file["resPitcher"], file.Int("lineupPosition"));
        ref var seat = ref _slots[((int)batting * 10) + slot];
        if (seat != batter)
        {
            (seat is null ? _lineUps : _changes).Add(new PlayerChange(batter, PlayerStatistic.Listed, slot, batting));
            seat = batter;
        }

        ref var mound = ref _pitchers[(int)fielding];
        if (mound != pitcher)
        {
            var to = mound is null ? _lineUps : _changes;
            if (mound is null && !_slots.Contains(pitcher))
            {
                to.Add(new PlayerChange(pitcher, PlayerStatistic.Listed, 0, fielding));
            }

            to.Add(new PlayerChange(pitcher, PlayerStatistic.Pitching, 1, fielding));
            mound = pitcher;
        }

        _steps.Add(new PropStep(_changes, row.State));
        _changes = [];
        AddTurn(file, batter, batting, pitcher, fielding);
    }

    // Who first bats in a place is taken for the starter of it, known before the game.
    public PropGame End() => new(Game, _lineUps, _steps, _changes);

    private void AddTurn(CsvFile file, string batter, Side batting, string pitcher, Side fielding)
    {
        if (file["batterEventFlag"] != "T")
        {
            return;
        }

        var (type, bases) = (file.Int("eventType"), file.Int("hitValue"));
        _changes.Add(new PlayerChange(batter, PlayerStatistic.PlateAppearances, 1, batting));
        _changes.Add(new PlayerChange(pitcher, PlayerStatistic.BattersFaced, 1, fielding));
        if (bases > 0)
        {
            _changes.Add(new PlayerChange(batter, PlayerStatistic.Hits, 1, batting));
            _changes.Add(new PlayerChange(batter, PlayerStatistic.TotalBases, bases, batting));
        }

        if (bases == 4)
        {
            _changes.Add(new PlayerChange(batter, PlayerStatistic.HomeRuns, 1, batting));
        }

        if (type == 3)
        {
            _changes.Add(new PlayerChange(pitcher, PlayerStatistic.Strikeouts, 1, fielding));
        }
    }
}
