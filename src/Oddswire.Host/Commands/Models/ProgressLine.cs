namespace Oddswire.Host.Commands.Models;

/// <summary>Shows on standard error how far long work has come: a bar in a terminal, else a line each tenth.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int Width = 30;

    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private int _shown = -1;
    private string _what = "";

    /// <summary>Tells the share done, 0 to 1, and what is being done.</summary>
    public void Report(double share, string what)
    {
        var step = (int)(Math.Clamp(share, 0, 1) * (_isTerminal ? 100 : 10));
        if (step == _shown && (what == _what || !_isTerminal))
        {
            return;
        }

        (_shown, _what) = (step, what);
        if (_isTerminal)
        {
            var done = step * Width / 100;
            Console.Error.Write($"\r[{new string('#', done)}{new string('.', Width - done)}] {step,3} %  {what,-50}");
        }
        else
        {
            Console.Error.WriteLine($"{step * 10,3} %  {what}");
        }
    }

    /// <summary>Ends the bar.</summary>
    public void Dispose()
    {
        if (_isTerminal && _shown >= 0)
        {
            Console.Error.WriteLine();
            _shown = -1;
        }
    }
}
