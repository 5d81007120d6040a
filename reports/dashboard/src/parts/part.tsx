/** A part of the page for itself: when it fails, the others stay. */

import { useQueryClient } from '@tanstack/react-query'
import { Component, type ReactNode } from 'react'
import { Failure } from './failure.tsx'

interface BoundaryProps {
  readonly children: ReactNode
  readonly reset: () => void
}

class Boundary extends Component<BoundaryProps, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined }
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override render() {
    const { error } = this.state
    const retry = () => {
      this.props.reset()
      this.setState({ error: undefined })
    }
    return error ? <Failure error={error} retry={retry} /> : this.props.children
  }
}

export function Part({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  return <Boundary reset={() => void client.resetQueries()}>{children}</Boundary>
}
