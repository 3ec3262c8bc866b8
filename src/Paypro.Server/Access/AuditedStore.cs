using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>
/// The only way in which a person or a program of theirs changes anything: what is done and its line in the audit log are one transaction. The row of the
/// installation is locked before the chain of the log, by everybody.
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

    private Task<T> RunAsync<T>(Func<PayproContext, AuditTrail, Task<T>> change, bool isConfiguration) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        var trail = new AuditTrail();
        return await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
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
            await context.SaveChangesAsync();
            await transaction.CommitAsync();
            return result;
        });
    });
}
