using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;

namespace Oddswire.Tests.Pipeline.Normalise;

/// <summary>The smallest sport there is: absolute scores where an event has one, else points that add up.</summary>
internal sealed class PointsRules : IGameRules
{
    public int Folded { get; private set; }

    public GameState Apply(GameState before, GameEvent gameEvent, GameInfo? info)
    {
        Folded++;
        return gameEvent.Kind switch
        {
            EventKind.Info => before,
            EventKind.GameEnd => before with { Phase = GamePhase.Final, Score = gameEvent.Score ?? before.Score },
            _ => before with
            {
                Phase = before.Phase == GamePhase.Scheduled ? GamePhase.Live : before.Phase,
                Period = Math.Max(gameEvent.Period, before.Period),
                ClockTenths = gameEvent.ClockTenths,
                Score = gameEvent.Score ?? before.Score + gameEvent.Points,
            },
        };
    }

    public (string Reason, string Detail)? Objection(GameState before, GameEvent gameEvent) =>
        gameEvent.Points.Home > 8 ? ("too-many-points", $"{gameEvent.Points.Home} points in one play") : null;
}
