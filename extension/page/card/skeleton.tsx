/** Where the facts will stand, at their true height. */
export const Skeleton = () => (
  <div class="body skeleton" role="status" aria-label="Looking it up">
    {[2, 4, 2].map((lines, section) => (
      <section key={section}>
        <div class="heading" />
        {Array.from({ length: lines }, (_, line) => (
          <p key={line} />
        ))}
      </section>
    ))}
  </div>
)
