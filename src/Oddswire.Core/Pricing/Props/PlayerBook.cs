using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Props;

/// <summary>
/// What is expected of a player before a game, a game's worth of each statistic (baseball batters: a turn's worth; pitchers' strikeouts: a batter's worth).
/// </summary>
public sealed class PlayerPrior
{
    private readonly double[] _rates = new double[64];

    /// <summary>Games behind it, older ones counting less.</summary>
    public double Games { get; set; }

    /// <summary>The name to show, where no feed has one.</summary>
    public string Name { get; set; } = "";

    /// <summary>The expectation of a statistic.</summary>
    public double this[PlayerStatistic statistic]
    {
        get => _rates[(int)statistic];
        set => _rates[(int)statistic] = value;
    }
}

/// <summary>
/// Players' expectations before a game, as training left them, and what is expected of a player who is not in it by his role. Written only by training.
/// </summary>
public sealed class PlayerBook
{
    /// <summary>How many roles there are: basketball 0 bench, 1 starter; baseball 1 to 9 the place in the order, 0 pitcher; football 0.</summary>
    public const int Roles = 10;

    private readonly Dictionary<string, PlayerPrior> _players = [];
    private readonly PlayerPrior[] _roles = [.. Enumerable.Range(0, Roles).Select(static _ => new PlayerPrior())];

    /// <summary>The players in it.</summary>
    public IReadOnlyDictionary<string, PlayerPrior> Players => _players;

    /// <summary>What is expected of somebody unknown in a role.</summary>
    public PlayerPrior Role(int role) => _roles[Math.Clamp(role, 0, Roles - 1)];

    /// <summary>What is expected of a player; of his role when he is not in the book.</summary>
    public PlayerPrior Of(PlayerLine line) => _players.TryGetValue(line.Id, out var known) ? known : Role(line.Slot);

    /// <summary>The entry of a player, made when there is none.</summary>
    public PlayerPrior Entry(string player)
    {
        if (!_players.TryGetValue(player, out var entry))
        {
            _players.Add(player, entry = new PlayerPrior());
        }

        return entry;
    }
}
