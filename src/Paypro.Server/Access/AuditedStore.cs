using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>
/// The only way in which a person or a program of theirs changes anything: what is done and its line in the audit log are one transaction. The row of the
/// installation is locked before the chain of the log, by everybody. A person's form is carried out once, whatever is clicked again, reloaded or killed.
/// </summary>
internal sealed class AuditedStore(IContexts contexts, BatchWriter writer, TimeProvider time)
{
    /// <summary>Changes people, sessions and what else no node keeps a picture of.</summary>
    /// <param name="change">
    /// Is done again when the database asks for it, so it has no effect but on the context and the trail. A change without a line in the log is a fault of ours.
    /// </param>
    public Task<T> SaveAsync<T>(Func<PayproContext, AuditTrail, Task<T>> change) => RunAsync(change, isConfiguration: false);

    /// <summary>The same for what every node keeps a picture of: they read it again.</summary>
    public Task<T> ConfigureAsync<T>(Func<PayproContext, AuditTrail, Task<T>> change) => RunAsync(change, isConfiguration: true);

    /// <summary>Whether a form was carried out before. Who asks first can say so, instead of what the state says that it left.</summary>
    public async Task<bool> WasDoneAsync(SentForm form)
    {
        await using var context = contexts.Create();
        return await WasDoneAsync(context, form.RowAt(0));
    }

    private static Task<bool> WasDoneAsync(PayproContext context, FormUseRow use) =>
        context.FormUses.AnyAsync(f => f.UserId == use.UserId && f.PageId == use.PageId && f.Hash == use.Hash && f.Part == use.Part);

    private Task<T> RunAsync<T>(Func<PayproContext, AuditTrail, Task<T>> change, bool isConfiguration) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        var trail = new AuditTrail();
        return await new DeadlockRetries(context).ExecuteAsync(async () =>
        {
            context.ChangeTracker.Clear();
            trail.Clear();
            await using var transaction = await context.Database.BeginTransactionAsync();
            if (isConfiguration)
            {
                await context.Installation.ExecuteUpdateAsync(s => s.SetProperty(i => i.ConfigVersion, i => i.ConfigVersion + 1));
            }

            var result = await change(context, trail);
            if (trail.IsEmpty && context.ChangeTracker.HasChanges())
            {
                throw new InvalidOperationException("A change without a line in the audit log.");
            }

            await trail.AppendAsync(context, time.NowMs());
            await TakeFormAsync(context, trail.Form);
            await context.SaveChangesAsync();
            await transaction.CommitAsync();
            trail.Form?.Committed();
            return result;
        });
    });

    /// <summary>The chain's end is locked by now: of two nodes that were sent the same form, the second one sees that the first has done it.</summary>
    private async Task TakeFormAsync(PayproContext context, SentForm? form)
    {
        if (form?.RowAt(time.NowMs()) is not { } use)
        {
            return;
        }

        if (await WasDoneAsync(context, use))
        {
            throw new FormSentTwiceException();
        }

        context.FormUses.Add(use);
    }
}
