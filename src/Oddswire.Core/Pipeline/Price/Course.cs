using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>What an event's state says about the parts of its game: which have ended, with how many points. Made once an event, in buffers that are used again.</summary>
internal sealed class Course
{
    private readonly bool[] _hasEnded = new bool[MarketScopes.Count];
    private readonly Score?[] _points = new Score?[MarketScopes.Count];

    public GameState State { get; private set; } = new();

    public bool IsFinal => State.Phase == GamePhase.Final;

    /// <summary>Whether a baseball game was called before its regulation innings were complete: its lines and totals have no result.</summary>
    public bool IsShortened { get; private set; }

    public void Fill(League league, GameState state, GameInfo info)
    {
        State = state;
        foreach (var scope in MarketScopes.Of(league))
        {
            _hasEnded[(int)scope] = state.HasEnded(scope);
            _points[(int)scope] = state.PointsIn(scope);
        }

        IsShortened = league == League.Mlb && IsFinal && !state.Sheet.HasEnded(info.RegulationPeriods);
    }

    public bool HasEnded(MarketScope scope) => _hasEnded[(int)scope];

    /// <summary>Points in the scope so far; null when nobody knows.</summary>
    public Score? PointsIn(MarketScope scope) => _points[(int)scope];

    /// <summary>Whether the scope is on offer: it has not ended, and begins with this period or the next.</summary>
    public bool IsOnOffer(MarketScope scope) => !_hasEnded[(int)scope] && scope.Periods().First <= Math.Max(State.Period, 0) + 1;
}
