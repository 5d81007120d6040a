/** One of a few: a native select, which every keyboard, screen reader and phone knows. */
interface ChoiceProps<Id extends string> {
  readonly label: string
  readonly value: Id | ''
  readonly options: readonly { readonly id: Id; readonly text: string }[]
  readonly choose: (id: Id) => void
  readonly hideLabel?: boolean
}

export function Choice<Id extends string>({ label, value, options, choose, hideLabel }: ChoiceProps<Id>) {
  return (
    <label className="choice">
      <span className={hideLabel ? 'visually-hidden' : undefined}>{label}</span>
      <select value={value} onChange={({ target }) => choose(target.value as Id)}>
        {options.map(({ id, text }) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
