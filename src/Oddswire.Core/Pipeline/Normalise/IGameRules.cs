using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>A sport's rules: how an event changes the state of a game, and what an event can never do. Pure.</summary>
public interface IGameRules
{
    /// <summary>The state after the event. Only for events that <see cref="Objection"/> lets pass.</summary>
    /// <param name="before">The state before it.</param>
    /// <param name="gameEvent">The event; <see cref="EventKind.Gap"/> and feed events are not for the rules.</param>
    /// <param name="info">What is known of the game; null before its info event.</param>
    GameState Apply(GameState before, GameEvent gameEvent, GameInfo? info);

    /// <summary>Why the event cannot be right (a code and words), for quarantine; null when it can.</summary>
    (string Reason, string Detail)? Objection(GameState before, GameEvent gameEvent);
}
