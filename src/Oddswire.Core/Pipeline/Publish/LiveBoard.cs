using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Publish;

/// <summary>
/// The current board of all leagues, in memory: the last update of each market of each game. Each league has one writer; readers never
/// hold it up. It is a fold of the log: the same records give the same board, however they were cut into batches.
/// </summary>
public sealed class LiveBoard
{
    private readonly LeagueBoard[] _leagues;
    private TaskCompletionSource _changed = NewSignal();
    private int _isAwaited;

    /// <summary>An empty board.</summary>
    /// <param name="leagues">The leagues it shows; null for all.</param>
    public LiveBoard(IReadOnlyList<League>? leagues = null) =>
        _leagues = [.. (leagues ?? Domain.Leagues.All).Distinct().Order().Select(league => new LeagueBoard(league, Pulse))];

    /// <summary>The boards of the leagues.</summary>
    public IReadOnlyList<LeagueBoard> Leagues => _leagues;

    /// <summary>Completes at the next change after this call. Take it first, then read the board, then await it: no change slips through.</summary>
    public Task NextChange()
    {
        var signal = Volatile.Read(ref _changed).Task;
        Volatile.Write(ref _isAwaited, 1);
        return signal.IsCompleted ? NextChange() : signal;
    }

    /// <summary>The board of one league; null when it is not shown here.</summary>
    public LeagueBoard? Find(League league) => Array.Find(_leagues, board => board.League == league);

    /// <summary>A game; null when it is not on the board.</summary>
    public BoardGame? Find(GameId game) => game.Value is null ? null : Find(game.League)?.Find(game);

    /// <summary>How far the board has read the log.</summary>
    public BoardPosition Position() => new([.. _leagues.SelectMany(board => board.Positions())]);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Pulse()
    {
        if (Interlocked.Exchange(ref _isAwaited, 0) == 1)
        {
            Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
        }
    }
}
