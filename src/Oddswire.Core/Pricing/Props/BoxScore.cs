using System.Runtime.InteropServices;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Props;

/// <summary>
/// What the players of a game have done: the sum of what its events say of them. Changed in place; the same changes in another order give the same sums.
/// Bounded: players beyond <see cref="MaxPlayers"/> are not kept.
/// </summary>
/// <param name="league">The league.</param>
public sealed class BoxScore(League league)
{
    /// <summary>The most players of a game: two rosters.</summary>
    public const int MaxPlayers = 120;

    private const int Statistics = 64;
    private readonly List<PlayerLine> _players = [];
    private readonly Dictionary<string, PlayerLine> _byId = [];
    private readonly int[] _teams = new int[2 * Statistics];
    private readonly PlayerLine?[] _slots = new PlayerLine?[20];
    private readonly PlayerLine?[] _pitchers = new PlayerLine?[2];

    /// <summary>The players, in the order in which they were first mentioned.</summary>
    public IReadOnlyList<PlayerLine> Players => _players;

    /// <summary>The same, to go through without allocating; of the moment.</summary>
    internal ReadOnlySpan<PlayerLine> Lines => CollectionsMarshal.AsSpan(_players);

    /// <summary>A player's line; null when nothing has been said of him.</summary>
    public PlayerLine? Find(string player) => _byId.GetValueOrDefault(player);

    /// <summary>The sum of a side's players.</summary>
    public int Team(Side side, PlayerStatistic statistic) => _teams[((int)side * Statistics) + (int)statistic];

    /// <summary>Who pitches for a side; null when not known.</summary>
    public PlayerLine? PitcherOf(Side side) => _pitchers[(int)side];

    /// <summary>Adds what an event says, or takes it back.</summary>
    /// <param name="change">One entry.</param>
    /// <param name="pitcher">To whom an entry without a player belongs; null when not known, then it is left out.</param>
    /// <param name="info">Teams, to tell a side from a team's code; null when not known.</param>
    /// <param name="isWithdrawn">Whether it is taken back.</param>
    public void Apply(in PlayerChange change, string? pitcher, GameInfo? info, bool isWithdrawn = false)
    {
        var id = change.Player.Length > 0 ? change.Player : pitcher;
        if (id is not { Length: > 0 and <= 24 } || (int)change.Statistic >= Statistics || LineOf(id) is not { } line)
        {
            return;
        }

        line.Side ??= change.Side ?? SideOf(change.Team, info);
        line.Name = line.Name.Length > 0 || isWithdrawn ? line.Name : change.Name;
        switch (change.Statistic)
        {
            case PlayerStatistic.Listed or PlayerStatistic.Pitching or PlayerStatistic.Gone when isWithdrawn:
                break;
            case PlayerStatistic.Listed:
                List(line, change.Amount);
                break;
            case PlayerStatistic.Pitching:
                Mound(line);
                break;
            case PlayerStatistic.Gone:
                line.IsGone = true;
                break;
            default:
                var sign = isWithdrawn ? -1 : 1;
                Add(line, change.Statistic, sign * change.Amount);
                if (change.Statistic == PlayerStatistic.Points)
                {
                    Add(line, PlayerStatistic.Scores, sign);
                }

                break;
        }
    }

    /// <summary>Takes back its seat and mound after its own figures were read.</summary>
    internal void Seat(PlayerLine line)
    {
        if (line.Side is not { } side)
        {
            return;
        }

        if (line.IsPitcher && !line.IsRelieved)
        {
            _pitchers[(int)side] = line;
        }

        if (league == League.Mlb && line.Slot is >= 1 and <= 9 && !line.IsGone)
        {
            _slots[((int)side * 10) + line.Slot] = line;
        }
    }

    internal static int Touches(BoxScore box, Side side) => box.Team(side, PlayerStatistic.PassAttempts) + box.Team(side, PlayerStatistic.RushAttempts);

    internal PlayerLine Restore(string id)
    {
        var line = new PlayerLine(id);
        _players.Add(line);
        _byId.Add(id, line);
        return line;
    }

    internal void Add(PlayerLine line, PlayerStatistic statistic, int amount)
    {
        line.Add(statistic, amount);
        if (line.Side is { } side)
        {
            _teams[((int)side * Statistics) + (int)statistic] += amount;
            line.SeenAt = Touches(this, side);
        }
    }

    // Baseball: whoever takes a place in the batting order sends the one who had it away; no substitute may be substituted back.
    internal void List(PlayerLine line, int slot)
    {
        line.IsListed = true;
        line.Slot = slot;
        if (league != League.Mlb || slot is < 1 or > 9 || line.Side is not { } side)
        {
            return;
        }

        ref var seat = ref _slots[((int)side * 10) + slot];
        if (seat is not null && seat != line)
        {
            seat.IsGone = true;
        }

        seat = line;
    }

    internal void Mound(PlayerLine line)
    {
        line.IsPitcher = true;
        if (line.Side is not { } side)
        {
            return;
        }

        ref var mound = ref _pitchers[(int)side];
        line.IsStartingPitcher |= mound is null;
        if (mound is not null && mound != line)
        {
            mound.IsRelieved = true;
        }

        mound = line;
    }

    private PlayerLine? LineOf(string id) => _byId.TryGetValue(id, out var known) ? known : _players.Count < MaxPlayers ? Restore(id) : null;

    private static Side? SideOf(string team, GameInfo? info) =>
        team.Length == 0 || info is null ? null : team == info.Home.Code ? Side.Home : team == info.Away.Code ? Side.Away : null;
}

/// <summary>One player's line of a <see cref="BoxScore"/>.</summary>
/// <param name="id">The vendor's id.</param>
public sealed class PlayerLine(string id)
{
    private readonly int[] _sums = new int[64];

    /// <summary>The vendor's id.</summary>
    public string Id { get; } = id;

    /// <summary>The name to show; empty when no message had it.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>His side; null when not known.</summary>
    public Side? Side { get; internal set; }

    /// <summary>Whether he was named in the line-up.</summary>
    public bool IsListed { get; internal set; }

    /// <summary>Baseball: place in the batting order, 1 to 9, 0 for none. Basketball: 1 for a starter.</summary>
    public int Slot { get; internal set; }

    /// <summary>Whether he has pitched or pitches.</summary>
    public bool IsPitcher { get; internal set; }

    /// <summary>Whether he was his side's first pitcher.</summary>
    public bool IsStartingPitcher { get; internal set; }

    /// <summary>Whether another pitcher has taken over.</summary>
    public bool IsRelieved { get; internal set; }

    /// <summary>Whether he is out of the game for good.</summary>
    public bool IsGone { get; internal set; }

    /// <summary>Touches of his side at the last event that had him; see <see cref="Missed"/>.</summary>
    internal int SeenAt { get; set; }

    /// <summary>Football: runs and passes of his side since the last that had him. After a correction it may be off by the plays between.</summary>
    public int Missed(BoxScore box) => Side is { } side ? BoxScore.Touches(box, side) - SeenAt : 0;

    /// <summary>Whether any statistic, playing time included, has been given to him, or he started.</summary>
    public bool HasPlayed { get; internal set; }

    /// <summary>His sum of a statistic.</summary>
    public int this[PlayerStatistic statistic] => _sums[(int)statistic];

    /// <summary>Sums that are not zero, by the number of the statistic.</summary>
    internal ReadOnlySpan<int> Sums => _sums;

    internal void Add(PlayerStatistic statistic, int amount)
    {
        _sums[(int)statistic] += amount;
        HasPlayed = true;
    }
}
