using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Mlb;

/// <summary>Everything that can be read off a state of a baseball game. What only some readings need is worked out when first asked for.</summary>
internal sealed class MlbOutcome : IOutcomeDistribution
{
    private const int Cells = TeamRuns.MaxRuns + 1;

    private readonly TeamNow _first = new();
    private readonly TeamNow _second = new();
    private readonly double[] _firstLaw = new double[Cells];
    private readonly double[] _secondLaw = new double[Cells];
    private readonly double[] _finishedLaw = new double[Cells];
    private readonly double[] _restLaw = new double[Cells];
    private readonly FinalRuns _final = new();
    private readonly ScoreTables _firstFive = new();
    private readonly RunRaces _races = new();
    private GameState _state = null!;
    private GameInfo _info = null!;
    private MlbTeams _teams = null!;
    private double[] _walkOffMargins = null!;
    private int _inning;
    private bool _isBottom;
    private bool _hasFirstFive;
    private bool _hasRaces;

    /// <summary>Chance of (further) extra innings.</summary>
    public Chance Extras => _final.Extras;

    /// <summary>The team batting first.</summary>
    public TeamNow First => _first;

    /// <summary>The team batting second.</summary>
    public TeamNow Second => _second;

    /// <summary>Takes up a state.</summary>
    public void Fill(GameState state, GameInfo info, MlbTeams teams, double[] walkOffMargins)
    {
        (_state, _info, _teams, _walkOffMargins, _hasFirstFive, _hasRaces) = (state, info, teams, walkOffMargins, false, false);
        _inning = Math.Max(state.Period, 1);
        _isBottom = MlbModel.IsBottom(state, info);
        BeginTeams();
        _first.ToEnd(_firstLaw);
        _second.ToEnd(_finishedLaw);
        if (_inning > teams.Innings || (_isBottom && _inning == teams.Innings))
        {
            TeamRuns.Never.CopyTo(_secondLaw, 0);
        }
        else
        {
            _second.ToLast(_secondLaw);
        }

        _final.Fill(state.Score, !info.HomeBatsFirst, new RunsToCome(_firstLaw, _secondLaw, _finishedLaw), teams.Extras, walkOffMargins);
    }

    /// <inheritdoc/>
    public bool Covers(MarketScope scope) => scope switch
    {
        MarketScope.FullGame => true,
        MarketScope.FirstFiveInnings => _inning <= TeamRuns.FirstInnings && _teams.Innings >= TeamRuns.FirstInnings && !_state.HasEnded(scope),
        _ => false,
    };

    /// <inheritdoc/>
    public Split Result(MarketScope scope = MarketScope.FullGame) => Tables(scope).Spread(default);

    /// <inheritdoc/>
    public Split Spread(Line homeHandicap, MarketScope scope = MarketScope.FullGame) => Tables(scope).Spread(homeHandicap);

    /// <inheritdoc/>
    public Split Total(Line line, MarketScope scope = MarketScope.FullGame) => Tables(scope).TotalOver(line);

    /// <inheritdoc/>
    public Split TeamTotal(Side side, Line line, MarketScope scope = MarketScope.FullGame) => Tables(scope).TeamTotal(side, line);

    /// <inheritdoc/>
    public (int HomeHundredths, int AwayHundredths) Mean(MarketScope scope = MarketScope.FullGame) => Tables(scope).Mean();

    /// <inheritdoc/>
    public Split? NextScore()
    {
        var score = _state.Score;
        var (first, second) = Races().Next(_info.HomeBatsFirst ? -score.Margin : score.Margin, _isBottom, _teams.Extras);
        return BySide(first, second);
    }

    /// <inheritdoc/>
    public Split? RaceTo(int points)
    {
        var score = _state.Score;
        if (Math.Max(score.Home, score.Away) >= points)
        {
            return !_state.Sheet.TryFirstTo(points, out var side) || side is null ? null : Split.Of(side == Side.Home ? 1 : 0, side == Side.Away ? 1 : 0);
        }

        var wanted = _info.HomeBatsFirst ? (points - score.Home, points - score.Away) : (points - score.Away, points - score.Home);
        if (Math.Max(wanted.Item1, wanted.Item2) > ExtraInnings.MaxRuns)
        {
            return null;
        }

        var (first, second) = Races().Race(wanted, _isBottom, _final, _teams.Extras, _walkOffMargins);
        var race = BySide(first, second);

        // Extra innings end after so many runs, and what is cut off goes elsewhere in a race than in a total: by a millionth a race would be likelier than its runs.
        var line = Line.FromHalves((2 * points) - 1);
        return Split.Of(Math.Min(race.Over.Value, TeamTotal(Side.Home, line).Over.Value), Math.Min(race.Under.Value, TeamTotal(Side.Away, line).Over.Value));
    }

    /// <inheritdoc/>
    public Split? DriveResult() => null;

    /// <inheritdoc/>
    public Split? HalfInningRuns(Line line)
    {
        if (_state.Period < 1 || _state.Possession is null || _state.Sheet.HalfInning(_state.Sheet.HalfInnings + 1).Runs is not { } soFar)
        {
            return null;
        }

        (_isBottom ? _second : _first).Rest(_restLaw);
        var deficit = _isBottom && _inning >= _teams.Innings
            ? Math.Max(_info.HomeBatsFirst ? _state.Score.Margin : -_state.Score.Margin, 0)
            : int.MaxValue;
        double over = 0, under = 0, walkOff = 0;
        for (var runs = 0; runs < Cells; runs++)
        {
            if (runs > deficit)
            {
                walkOff += _restLaw[runs];
            }
            else
            {
                Count(soFar + runs, _restLaw[runs]);
            }
        }

        for (var by = 1; by <= _walkOffMargins.Length && walkOff > 0; by++)
        {
            Count(soFar + deficit + by, walkOff * _walkOffMargins[by - 1]);
        }

        return Split.Of(Math.Min(over, 1), Math.Min(under, 1));

        void Count(int runs, double mass)
        {
            over += runs * 100 > line.Hundredths ? mass : 0;
            under += runs * 100 < line.Hundredths ? mass : 0;
        }
    }

    private void BeginTeams()
    {
        var situation = _state.Period <= 0 ? BaseballSituation.Empty : _state.Baseball ?? BaseballSituation.Empty;
        var isExtra = _inning > _teams.Innings;
        var fresh = isExtra ? MlbModel.AutomaticRunner(_info) : 0;
        var now = (situation.Outs, situation.BasesMask);
        var (first, second) = _info.HomeBatsFirst ? (_state.Score.Home, _state.Score.Away) : (_state.Score.Away, _state.Score.Home);
        if (_isBottom)
        {
            _first.Begin(_teams.First, first, _inning, null, fresh);
            _second.Begin(_teams.Second, second, _inning - 1, now, fresh);
        }
        else
        {
            _first.Begin(_teams.First, first, _inning - 1, now, fresh);
            _second.Begin(_teams.Second, second, _inning - 1, isExtra ? (0, fresh) : null, fresh);
        }
    }

    private ScoreTables Tables(MarketScope scope)
    {
        if (scope == MarketScope.FullGame)
        {
            return _final.Tables;
        }

        if (!_hasFirstFive)
        {
            FillFirstFive();
            _hasFirstFive = true;
        }

        return _firstFive;
    }

    // No half-inning of the first five is left out or cut short: the teams' runs are independent.
    private void FillFirstFive()
    {
        _first.ToFifth(_firstLaw);
        _second.ToFifth(_secondLaw);
        const int Max = TeamRuns.MaxRuns;
        var lead = _info.HomeBatsFirst ? -_state.Score.Margin : _state.Score.Margin;
        _firstFive.Begin(_state.Score, !_info.HomeBatsFirst, Max);
        var margins = _firstFive.Margin.From(lead - Max, (2 * Max) + 1);
        var totals = _firstFive.Total.From(0, (2 * Max) + 1);
        VectorMath.AddScaled(_firstFive.First.From(0, Cells), _firstLaw, 1);
        VectorMath.AddScaled(_firstFive.Second.From(0, Cells), _secondLaw, 1);
        for (var runs = 0; runs <= Max; runs++)
        {
            if (_firstLaw[runs] > 0)
            {
                VectorMath.AddScaled(margins[(Max - runs)..], _secondLaw, _firstLaw[runs]);
                VectorMath.AddScaled(totals[runs..], _secondLaw, _firstLaw[runs]);
            }
        }

        _firstFive.Accumulate();
    }

    private RunRaces Races()
    {
        if (!_hasRaces)
        {
            _races.Begin(_first, _second);
            _hasRaces = true;
        }

        return _races;
    }

    private Split BySide(double first, double second) => _info.HomeBatsFirst ? Split.Of(first, second) : Split.Of(second, first);
}

/// <summary>Both teams of a game at the strength that the line gives them, and what extra innings add.</summary>
/// <param name="First">The team batting first.</param>
/// <param name="Second">The team batting second.</param>
/// <param name="Extras">Extra innings.</param>
/// <param name="FirstTilt">The first team's strength.</param>
/// <param name="SecondTilt">The second team's strength.</param>
internal sealed record MlbTeams(TeamRuns First, TeamRuns Second, ExtraInnings Extras, double FirstTilt, double SecondTilt)
{
    /// <summary>Innings of regulation.</summary>
    public int Innings => First.Innings;
}
