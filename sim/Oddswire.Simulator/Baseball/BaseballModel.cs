using System.Text;
using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Baseball;

/// <summary>
/// A baseball game turn at bat by turn at bat, with base-out transitions: rates of 2019 scaled by how many runs each team is expected to score,
/// an automatic runner on second in extra innings, walk-offs. The events are written in Retrosheet's notation as they happen.
/// </summary>
internal sealed partial class BaseballModel
{
    private const double AverageRuns = 4.95;

    /// <summary>The home team bats less often when it leads; what it scores in the turns it has makes up for it.</summary>
    private const double ForNoLastTurn = 1.05;

    private readonly Fixture _fixture;
    private readonly SeededRandom _random;
    private readonly Fork? _fork;
    private readonly List<BaseballEntry> _entries = new(110);
    private readonly double[] _rates = new double[2];
    private readonly int[] _next = new int[2];
    private readonly int[] _pitchers = new int[2];
    private readonly int[] _faced = new int[2];
    private readonly bool[] _bases = new bool[4];
    private readonly StringBuilder _advances = new();
    private int _inning = 1;
    private int _half;
    private int _outs;
    private int _runners;
    private Score _score;
    private bool _isOver;

    public BaseballModel(Fixture fixture, Fork? fork = null)
    {
        _fork = fork;
        _fixture = fixture;
        _random = new SeededRandom(SeededRandom.Mix(fixture.Seed, 30));
        DrawTheDay();
    }

    /// <summary>Plays the game to its end.</summary>
    public List<BaseballEntry> Play()
    {
        while (!_isOver)
        {
            PlayHalf();
            if (_half == 1 || IsHomeAheadInLast())
            {
                _isOver |= _inning >= 9 && _score.Margin != 0;
                _inning++;
                _half = 0;
            }
            else
            {
                _half = 1;
            }
        }

        _inning = _entries[^1].Inning;
        _entries.Add(new BaseballEntry(BaseballEntryKind.PostGame, PostGame(), null, _inning, _entries[^1].Half, 0, _score));
        return _entries;
    }

    /// <summary>Weather and form: how many runs each team scores beside what is expected of it.</summary>
    private void DrawTheDay()
    {
        var weather = 1 + (0.07 * _random.NextNormal());
        for (var half = 0; half < 2; half++)
        {
            var expected = half == 0 ? _fixture.ExpectedAway : _fixture.ExpectedHome * ForNoLastTurn;
            var form = 1 + (0.10 * _random.NextNormal());
            _rates[half] = 1 + (0.48 * ((Math.Max(1.5, expected) * weather * form / AverageRuns) - 1));
        }
    }

    private bool IsHomeAheadInLast() => _half == 0 && _inning >= 9 && _score.Margin > 0;

    /// <summary>Runs that end the game at once, in the bottom of the last inning; a large number elsewhere.</summary>
    private int RunsToWin => _half == 1 && _inning >= 9 ? 1 - _score.Margin : 99;

    private BaseballRoster Batting => BaseballRoster.All[(_half == 0 ? _fixture.Away : _fixture.Home).Index];

    private string Batter => Batting.Id(_next[_half]);

    private bool First => _bases[1];

    private bool Second => _bases[2];

    private bool Third => _bases[3];

    private bool HasRunner => First || Second || Third;

    private void PlayHalf()
    {
        _outs = 0;
        _bases.AsSpan().Clear();
        if (_inning >= 10)
        {
            _bases[2] = true;
            Add(BaseballEntryKind.AutomaticRunner, $"radj,{Batting.Id((_next[_half] + 8) % 9)},2\r\n");
        }

        while (_outs < 3 && !_isOver)
        {
            if (_faced[_half] >= 23 - (_pitchers[_half] * 4) && (_outs == 0 || _random.Chance(0.2)) && _pitchers[_half] < BaseballRoster.Pitchers - 1)
            {
                ChangePitcher();
            }

            if (!RunBases())
            {
                TurnAtBat();
            }
        }
    }

    private void ChangePitcher()
    {
        _faced[_half] = _pitchers[_half] == 0 ? 10 : _faced[_half] - 3;
        _pitchers[_half]++;
        var fielding = BaseballRoster.All[(_half == 0 ? _fixture.Home : _fixture.Away).Index];
        var pitcher = BaseballRoster.Pitcher(_pitchers[_half]);
        Add(BaseballEntryKind.Substitution, $"sub,{fielding.Id(pitcher)},\"{fielding.Name(pitcher)}\",{1 - _half},0,1\r\n");
    }

    private void Add(BaseballEntryKind kind, string records, string? slip = null)
    {
        _entries.Add(new BaseballEntry(kind, records, slip, _inning, _half, _runners, _score));
        if (_fork is { } fork && fork.After == _entries.Count)
        {
            _random.Reseed(fork.Seed);
            DrawTheDay();
        }
    }

    /// <summary>Adds a play record; <paramref name="slip"/> is the same play with a fielder mistaken.</summary>
    private void AddPlay(BaseballEntryKind kind, string happened, string? slip, string count, string pitches)
    {
        var tail = _advances.Length > 0 ? $".{_advances}" : "";
        var start = $"play,{_inning},{_half},{Batter},{count},{pitches},";
        Add(kind, $"{start}{happened}{tail}\r\n", slip is null ? null : $"{start}{slip}{tail}\r\n");
        _advances.Clear();
    }

    /// <summary>A steal, a caught stealing or a wild pitch before the next turn at bat ends.</summary>
    private bool RunBases()
    {
        if (First && !Second && _random.Chance(0.040))
        {
            _bases[1] = false;
            if (_random.Chance(0.73))
            {
                _bases[2] = true;
                AddPlay(BaseballEntryKind.Running, "SB2", null, "01", "C>B");
            }
            else
            {
                _outs++;
                AddPlay(BaseballEntryKind.Running, "CS2(26)", null, "10", "B>C");
            }

            return true;
        }

        if (HasRunner && _random.Chance(0.018))
        {
            Advance(3, 4);
            Advance(2, 3);
            Advance(1, 2);
            AddPlay(BaseballEntryKind.Running, "WP", null, "10", "CB");
            EndIfWalkedOff();
            return true;
        }

        return false;
    }

    /// <summary>Moves a runner, if there is one, and notes it as Retrosheet does (<c>2-H</c>). 4 is home.</summary>
    private void Advance(int from, int to)
    {
        if (!_bases[from] || _isOver)
        {
            return;
        }

        _bases[from] = false;
        if (_advances.Length > 0)
        {
            _advances.Append(';');
        }

        _advances.Append(from).Append('-').Append(to == 4 ? "H" : to.ToString());
        if (to == 4)
        {
            ScoreRun();
        }
        else
        {
            _bases[to] = true;
        }
    }

    private void ScoreRun() => _score += _half == 0 ? new Score(0, 1) : new Score(1, 0);

    private void EndIfWalkedOff() => _isOver |= _half == 1 && _inning >= 9 && _score.Margin > 0;

    private string PostGame()
    {
        var winner = _score.Margin > 0 ? _fixture.Home : _fixture.Away;
        var loser = _score.Margin > 0 ? _fixture.Away : _fixture.Home;
        var won = BaseballRoster.All[winner.Index].Id(BaseballRoster.Pitcher(0));
        var lost = BaseballRoster.All[loser.Index].Id(BaseballRoster.Pitcher(0));
        return $"info,wp,{won}\r\ninfo,lp,{lost}\r\ninfo,save,\r\ninfo,timeofgame,{_entries.Count * 2}\r\n"
            + $"data,er,{lost},{Math.Min(9, Math.Max(_score.Home, _score.Away))}\r\n";
    }
}
