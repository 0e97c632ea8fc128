using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;

namespace Oddswire.Feeds.Mlb;

/// <summary>
/// Follows a whole game to find what a Retrosheet <c>sub</c> record does not say: at which base a pinch runner stands. He takes the place of
/// the player in his slot of the batting order, wherever that player is.
/// </summary>
internal sealed class RetrosheetLineups
{
    private const int SlotsWithPitcher = 10;
    private readonly BaseballRules _rules = new();
    private readonly string?[] _players = new string?[2 * SlotsWithPitcher];
    private GameState _state = new();
    private GameInfo? _info;

    /// <summary>Takes what is known of the game.</summary>
    public void Begin(GameInfo info) => _info = info;

    /// <summary>A player of the starting line-up: team 0 visitors, 1 home; slot 1 to 9, 0 for a pitcher who does not bat.</summary>
    public void Start(string player, int team, int slot) => _players[(team * SlotsWithPitcher) + slot] = player;

    /// <summary>A substitution; gives the base (1-3) at which the replaced player stands, 0 when he is not on base.</summary>
    public int Substitute(string player, int team, int slot)
    {
        ref var seat = ref _players[(team * SlotsWithPitcher) + slot];
        var replaced = seat;
        seat = player;
        if (replaced is null || _state.Baseball is not { } now)
        {
            return 0;
        }

        return now.First == replaced ? 1 : now.Second == replaced ? 2 : now.Third == replaced ? 3 : 0;
    }

    /// <summary>Follows an event.</summary>
    public void Follow(GameEvent gameEvent) => _state = _rules.Apply(_state, gameEvent, _info);
}
